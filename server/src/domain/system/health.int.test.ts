import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestSystem, testSystem } from '../../testing/index.ts'

describe('a load balancer that asks for the health', () => {
  let system: TestSystem
  beforeAll(async () => {
    system = await testSystem()
  })
  afterAll(() => system.stop())
  const ask = async (path: string) => {
    const response = await system.app.request(path)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  /** An answer is kept for a second. */
  const later = () => sleep(1_100)

  it('hears that the process lives, serves, and whether its models are there', async () => {
    expect(await ask('/api/health/live')).toEqual({ status: 200, body: { status: 'ok' } })
    expect(await ask('/api/health/ready')).toEqual({
      status: 200,
      body: { ready: true, parts: { database: true, migrations: true, objects: true, queue: true, serving: true } },
    })
    expect((await ask('/api/health/models')).body).toEqual({ meaning: 'ready', language: 'absent' })
  })

  it('hears which part is missing when the store for files is gone', async () => {
    await rm(join(system.folder, 'objects'), { recursive: true })
    await later()
    const { status, body } = await ask('/api/health/ready')
    expect(status).toBe(503)
    expect(body).toMatchObject({ ready: false, parts: { objects: false, database: true, queue: true } })
  })

  it('hears at once that the process is about to leave, while it still lives', async () => {
    system.leave()
    expect((await ask('/api/health/ready')).body).toMatchObject({ ready: false, parts: { serving: false } })
    expect((await ask('/api/health/live')).status).toBe(200)
  })
})
