import { randomUUID } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { createMiddleware } from 'hono/factory'
import type { OpenEnv, Services } from './env.ts'

/** Gives each request an id, a log and one summary line. */
export const requestContext = (services: Services) =>
  createMiddleware<OpenEnv>(async (c, next) => {
    const given = c.req.header('x-request-id')
    const requestId = given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    const log = services.log.child({ requestId })
    c.set('services', services)
    c.set('requestId', requestId)
    c.set('address', addressOf(c))
    c.set('log', log)
    c.header('x-request-id', requestId)
    const started = performance.now()
    await next()
    if (c.req.path.startsWith('/api/'))
      log.info(
        { method: c.req.method, path: c.req.path, status: c.res.status, ms: Math.round(performance.now() - started) },
        'request',
      )
  })

function addressOf(c: Parameters<typeof getConnInfo>[0]): string | null {
  // app.request() in tests has no socket.
  try {
    return getConnInfo(c).remote.address ?? null
  } catch {
    return null
  }
}
