import { Hono } from 'hono'
import { z } from 'zod'
import type { GuardedEnv } from '../../http/env.ts'
import { guard, open } from '../../http/guard.ts'
import { describe } from '../../http/openapi.ts'
import { Status } from './contract.ts'
import { status } from './status.ts'

export const systemRoutes = new Hono<GuardedEnv>()
  .get(
    '/health',
    open('liveness, no data'),
    describe({ summary: 'Whether the process answers', tag: 'system', returns: z.object({ status: z.literal('ok') }) }),
    (c) => c.json({ status: 'ok' as const }),
  )
  .get(
    '/status',
    guard('status.read'),
    describe({ summary: 'The state of the installation in plain sentences', tag: 'system', returns: Status }),
    async (c) => c.json(await status(c.var.scope, c.var.services)),
  )
