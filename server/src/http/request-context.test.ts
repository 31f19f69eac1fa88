import { Hono } from 'hono'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { OpenEnv, Services } from './env.ts'
import { requestContext } from './request-context.ts'

function appWith(mode: 'evaluation' | 'appliance') {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => void lines.push(line) })
  const app = new Hono<OpenEnv>()
  app.use(requestContext({ log, config: { mode } } as unknown as Services))
  app.all('*', (c) => c.text(c.var.address ?? 'nobody'))
  return { app, lines }
}

it('whoever reads the log cannot use the link by which a colleague comes in', async () => {
  const { app, lines } = appWith('appliance')
  await app.request('/api/join/Zm9ydHktdHdvLWJ5dGVz')
  await app.request('/api/documents/0199')
  expect(lines.map((line) => (JSON.parse(line) as { path: string }).path)).toEqual([
    '/api/join/…',
    '/api/documents/0199',
  ])
  expect(lines.join()).not.toContain('Zm9ydHktdHdvLWJ5dGVz')
})

it('an address that a browser makes up counts for nothing: the last is the one the proxy saw', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9, 10.0.0.7' }
  expect(await (await appWith('appliance').app.request('/x', { headers })).text()).toBe('10.0.0.7')
  expect(await (await appWith('evaluation').app.request('/x', { headers })).text()).toBe('nobody')
})
