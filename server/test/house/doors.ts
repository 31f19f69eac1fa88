/** The doors of the application as Hono holds them, and the policy that stands before each. */
import type { Hono } from 'hono'
import { inspectRoutes } from 'hono/dev'
import { POLICY } from '../../src/http/guard.ts'
import type { OpenEnv } from '../../src/http/env.ts'

export type Door = { method: string; path: string; policy: string | undefined }

/** Every terminal handler with the policy declared before it on the same method and path. */
export function doorsOf(app: Hono<OpenEnv>): Door[] {
  const info = inspectRoutes(app)
  const declared = new Map<string, string>()
  const doors = new Map<string, Door>()
  app.routes.forEach((route, i) => {
    const key = `${route.method} ${route.path}`
    const policy = policyOf(route.handler)
    if (policy) declared.set(key, policy)
    else if (!info[i]?.isMiddleware && !doors.has(key)) {
      doors.set(key, { method: route.method, path: route.path, policy: declared.get(key) })
    }
  })
  return [...doors.values()]
}

/** A sub-application with an error handler of its own wraps its handlers; the policy is on the innermost. */
function policyOf(handler: unknown): string | undefined {
  let inner = handler as { __COMPOSED_HANDLER?: unknown; [POLICY]?: string }
  while (inner.__COMPOSED_HANDLER) inner = inner.__COMPOSED_HANDLER as typeof inner
  return inner[POLICY]
}
