/** Nobody comes in by forgetting: each door has a guard, or says in words why it is open. */
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import type { System } from '../../src/boot.ts'
import { readConfig } from '../../src/config/index.ts'
import type { OpenEnv } from '../../src/http/env.ts'
import { open } from '../../src/http/guard.ts'
import { createLog } from '../../src/platform/log/index.ts'
import { doorsOf } from './doors.ts'
import { textOf } from './sources.ts'

/** The real application over nothing: doors are declared before anything behind them is needed, and none is opened here. */
function theApp(): Hono<OpenEnv> {
  const config = readConfig({ INNOSYNTH_LOG_LEVEL: 'silent' })
  const log = createLog('silent')
  return createApp({ config, log, services: { config, log } } as unknown as System)
}
const app = theApp()

const named = (door: { method: string; path: string }) => `${door.method} ${door.path}`

describe('doors', () => {
  it('all carry a guard or a written reason', () => {
    expect(doorsOf(app).length).toBeGreaterThan(20)
    expect(
      doorsOf(app)
        .filter((door) => !door.policy)
        .map(named),
    ).toEqual([])
  })

  it('are open to everybody only where open-doors.txt says so', () => {
    const listed = textOf('server/test/house/open-doors.txt')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
    const open = doorsOf(app)
      .filter((door) => door.policy?.startsWith('open: '))
      .map(named)
    expect(open.toSorted()).toEqual(listed.toSorted())
  })

  it('are open only for a reason a reader can weigh', () => {
    const reasons = doorsOf(app).flatMap((door) => (door.policy?.startsWith('open: ') ? [door.policy.slice(6)] : []))
    expect(reasons.filter((reason) => reason.length < 10)).toEqual([])
  })

  it('are all in the API document, but the document itself', async () => {
    const response = await app.request('/api/openapi.json')
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> }
    const written = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const real = doorsOf(app)
      .filter((door) => door.path.startsWith('/api/') && door.method !== 'ALL' && !door.path.includes('*'))
      .map((door) => `${door.method} ${door.path.replace(/:(\w+)(?:\{[^}]*\})?\??/g, '{$1}')}`)
    expect(real.filter((door) => door !== 'GET /api/openapi.json' && !written.includes(door))).toEqual([])
  })

  it('are found forgotten in every way a door can be forgotten', () => {
    const pass = createMiddleware(async (_c, next) => next())
    const inner = new Hono<OpenEnv>().get('/inner', (c) => c.text(''))
    inner.onError((_error, c) => c.text(''))
    const careless = new Hono<OpenEnv>()
      .use('*', pass)
      .get('/bare', (c) => c.text(''))
      .get('/late', (c) => c.text(''), open('too late to help'))
      .get('/half', open('the reading half'), (c) => c.text(''))
      .delete('/half', (c) => c.text(''))
      .all('/any/*', (c) => c.text(''))
      .route('/sub', inner)
    const missing = doorsOf(careless)
      .filter((door) => !door.policy)
      .map(named)
    expect(missing.toSorted()).toEqual(['ALL /any/*', 'DELETE /half', 'GET /bare', 'GET /late', 'GET /sub/inner'])
  })
})
