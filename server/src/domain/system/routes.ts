import { Hono } from 'hono'
import { z } from 'zod'
import type { GuardedEnv } from '../../http/env.ts'
import { guard, open } from '../../http/guard.ts'
import { describe } from '../../http/openapi.ts'
import { ModelHealth, Ready, Status } from './contract.ts'
import { readGuide } from './guides.ts'
import { status } from './status.ts'

export const systemRoutes = new Hono<GuardedEnv>()
  .get(
    '/health',
    open('liveness, no data'),
    describe({ summary: 'Whether the process answers', tag: 'system', returns: z.object({ status: z.literal('ok') }) }),
    (c) => c.json({ status: 'ok' as const }),
  )
  .get(
    '/health/live',
    open('liveness, no data'),
    describe({ summary: 'Whether the process answers', tag: 'system', returns: z.object({ status: z.literal('ok') }) }),
    (c) => c.json({ status: 'ok' as const }),
  )
  .get(
    '/health/ready',
    open('readiness, no data'),
    describe({
      summary: 'Whether database, migrations, objects and queue answer; 503 where one does not',
      tag: 'system',
      returns: Ready,
    }),
    async (c) => {
      const readiness = await c.var.services.readiness()
      return c.json(readiness, readiness.ready ? 200 : 503)
    },
  )
  .get(
    '/health/models',
    open('whether models are loaded, no data'),
    describe({
      summary: 'Which models are ready; search by words and sign-in never wait for them',
      tag: 'system',
      returns: ModelHealth,
    }),
    async (c) => {
      const { embedder, chat } = c.var.services.platform
      return c.json({
        meaning: embedder.state().kind,
        language: (await chat()) ? ('ready' as const) : ('absent' as const),
      })
    },
  )
  .get(
    '/status',
    guard('status.read'),
    describe({ summary: 'The state of the installation in plain sentences', tag: 'system', returns: Status }),
    async (c) => c.json(await status(c.var.scope, c.var.services)),
  )
  .get(
    '/guides/:name',
    guard('setting.manage'),
    describe({ summary: "One of the administrators' guides, as Markdown", tag: 'system', media: 'text/plain' }),
    async (c) => c.text(await readGuide(c.req.param('name'))),
  )
