import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { createMiddleware } from 'hono/factory'
import type { OpenEnv, Services } from './env.ts'
import { countRequest } from './request-figures.ts'

/** Gives each request an id, a log and one summary line. */
export const requestContext = (services: Services) =>
  createMiddleware<OpenEnv>(async (c, next) => {
    const given = c.req.header('x-request-id')
    const requestId = given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    const log = services.log.child({ requestId })
    c.set('services', services)
    c.set('requestId', requestId)
    c.set('address', addressOf(c, services.config.mode === 'appliance'))
    c.set('log', log)
    c.header('x-request-id', requestId)
    const started = performance.now()
    await next()
    const ms = performance.now() - started
    countRequest(c.res.status, ms)
    // Probes come every few seconds and say nothing new.
    if (c.req.path.startsWith('/api/') && !c.req.path.startsWith('/api/health'))
      log.info(
        { method: c.req.method, path: loggable(c.req.path), status: c.res.status, ms: Math.round(ms) },
        'request',
      )
  })

/** A path as a log may hold it: the token of a join link opens an account until it is used. */
const loggable = (path: string) => path.replace(/^(\/api\/join\/).+/, '$1…')

/** In the appliance nobody but the proxy reaches this port, and what it forwards last is whom it saw itself. */
function addressOf(c: Parameters<typeof getConnInfo>[0], behindProxy: boolean): string | null {
  const forwarded = behindProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  if (forwarded) return forwarded
  // app.request() in tests has no socket.
  try {
    return getConnInfo(c).remote.address ?? null
  } catch {
    return null
  }
}
