import { createMiddleware } from 'hono/factory'
import { createScope, recordAudit } from '../db/index.ts'
import { may, type Permission } from '../domain/access/permissions.ts'
import { AppError } from '../platform/app-error.ts'
import type { GuardedEnv, OpenEnv } from './env.ts'

/** Found on a route's handlers by the house test that walks all doors. */
export const POLICY = Symbol.for('innosynth.policy')

/** Lets in who holds the permission and puts their scope on the context; without it a handler has nothing to touch data with. */
export const guard = (permission: Permission) =>
  Object.assign(
    createMiddleware<GuardedEnv>(async (c, next) => {
      const { services, requestId, address, log } = c.var
      const actor = await services.identify(c.req.raw.headers)
      if (!actor) throw new AppError('unauthenticated', { detail: 'Sign in first.' })
      const scope = createScope(services.db, {
        actor,
        requestId,
        address,
        log: log.child({ person: actor.personId }),
        platform: services.platform,
      })
      if (!may(actor, permission)) {
        await recordAudit(services.db, scope, permission, 'refused', { details: { path: c.req.path } })
        throw new AppError('forbidden', {
          detail:
            actor.via.kind === 'api-key'
              ? 'This API key does not have the scope for that.'
              : 'Your role does not allow that. Ask an administrator.',
        })
      }
      c.set('scope', scope)
      await next()
    }),
    { [POLICY]: permission as string },
  )

/** A door for everybody, with the reason why. */
export const open = (reason: string) =>
  Object.assign(
    createMiddleware<OpenEnv>(async (_c, next) => {
      await next()
    }),
    { [POLICY]: `open: ${reason}` },
  )
