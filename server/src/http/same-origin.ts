import { createMiddleware } from 'hono/factory'
import { AppError } from '../platform/app-error.ts'
import type { OpenEnv } from './env.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Unsafe requests must come from our own pages (Fetch Metadata, else the Origin header). A request with an API key carries
 * no cookie that another site could ride on. A client that sends neither header is no browser.
 */
export const sameOrigin = createMiddleware<OpenEnv>(async (c, next) => {
  if (!safe.has(c.req.method) && !c.req.header('authorization')) {
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    const foreign =
      site !== undefined
        ? site !== 'same-origin' && site !== 'none'
        : origin !== undefined && !sameHost(origin, c.req.header('host'))
    if (foreign) throw new AppError('forbidden', { detail: 'This request came from another site.' })
  }
  await next()
})

function sameHost(origin: string, host: string | undefined) {
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
