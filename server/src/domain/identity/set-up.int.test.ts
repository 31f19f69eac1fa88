import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createApp } from '../../app.ts'
import { boot, type System } from '../../boot.ts'
import { readConfig } from '../../config/index.ts'
import { rows, sql } from '../../db/index.ts'
import { request, testDatabase, wordEmbedder } from '../../testing/index.ts'

const password = 'a long enough password'
const json = async (response: Response) => (await response.json()) as Record<string, unknown>

describe('setting up', () => {
  let system: System
  let folder: string
  const fresh = async () => {
    folder = await mkdtemp(join(tmpdir(), 'innosynth-test-'))
    const config = readConfig({ INNOSYNTH_DATA: folder, INNOSYNTH_LOG_LEVEL: 'silent' })
    system = await boot({ config, works: false, db: await testDatabase(), embedder: wordEmbedder() })
    return createApp(system)
  }
  afterEach(async () => {
    await system.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const form = (code: string | null, n = 0) => ({
    code,
    organisation: `Organisation ${n}`,
    name: 'Olga Owner',
    email: `olga${n}@example.test`,
    password,
  })

  it('happens once, however many come at the same moment with the right code', async () => {
    const app = await fresh()
    const code = system.setUpCode.current
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => (await request(app, 'POST', '/api/setup', form(code, n))).status),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(99)
    const [count] = await system.db.transaction((tx) =>
      rows<{ n: number; people: number }>(
        tx,
        sql`select (select count(*)::int from organisations) as n, (select count(*)::int from people) as people`,
      ),
    )
    expect(count).toEqual({ n: 1, people: 1 })
    expect(system.setUpCode.current).toBeNull()
    expect(await json(await request(app, 'GET', '/api/setup'))).toMatchObject({ needed: false })
    expect((await request(app, 'POST', '/api/setup', form(code, 101))).status).toBe(409)
  }, 120_000)

  it('refuses a wrong code, a weak password and fields nobody asked for, and is still open afterwards', async () => {
    const app = await fresh()
    const code = system.setUpCode.current!
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/)
    expect((await request(app, 'POST', '/api/setup', form('AAAA-AAAA'))).status).toBe(403)
    expect((await request(app, 'POST', '/api/setup', { ...form(code), password: 'short' })).status).toBe(422)
    expect((await request(app, 'POST', '/api/setup', { ...form(code), role: 'owner' })).status).toBe(422)
    const state = await (await request(app, 'GET', '/api/setup')).text()
    expect(JSON.parse(state)).toMatchObject({ needed: true })
    expect(state).not.toContain(code)
    expect((await request(app, 'POST', '/api/setup', form(code.toLowerCase()))).status).toBe(200)
  })
})
