import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aPerson, type TestPerson, type TestSystem, testSystem } from '../../testing/index.ts'
import type { Settings } from './contract.ts'

describe('the settings', () => {
  let system: TestSystem
  let ann: TestPerson
  let max: TestPerson
  beforeAll(async () => {
    system = await testSystem()
    ann = await aPerson(system, { name: 'Ann Admin', role: 'admin' })
    max = await aPerson(system, { name: 'Max Member' })
  })
  afterAll(() => system.stop())

  it('are read and changed by administrators alone', async () => {
    expect((await max.api('GET', '/api/settings')).status).toBe(403)
    expect((await max.api('PATCH', '/api/settings', { uploadLimitBytes: 2_000_000 })).status).toBe(403)
    expect((await ann.api('PATCH', '/api/settings', { organisation: { name: 'Meridian' } })).status).toBe(200)
    expect((await ann.get<Settings>('/api/settings')).organisation.name).toBe('Meridian')
  })

  it('bound the next upload as soon as they change', async () => {
    const two = Buffer.alloc(2 * 1024 ** 2, 'x')
    await ann.api('PATCH', '/api/settings', { uploadLimitBytes: 1024 ** 2 })
    expect((await max.api('POST', '/api/documents?name=two.txt', two)).status).toBe(413)
    await ann.api('PATCH', '/api/settings', { uploadLimitBytes: 3 * 1024 ** 2 })
    expect((await max.api('POST', '/api/documents?name=two.txt', two)).status).toBe(201)
  })

  it.each([
    { uploadLimitBytes: 0 },
    { uploadLimitBytes: 1024 ** 5 },
    { embeddingModel: 'no-such-model' },
    { embeddingModel: '../../etc' },
    { organisation: { name: ' ' } },
    { organisation: { name: 'A', id: 'x' } },
    { databaseUrl: 'postgres://elsewhere' },
  ])('do not take %j', async (change) => {
    const before = await ann.get<Settings>('/api/settings')
    expect((await ann.api('PATCH', '/api/settings', change)).status).toBe(422)
    expect(await ann.get<Settings>('/api/settings')).toEqual(before)
  })
})
