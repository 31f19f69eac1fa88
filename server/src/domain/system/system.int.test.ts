import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aPerson, type TestPerson, type TestSystem, testSystem } from '../../testing/index.ts'
import type { Status } from './contract.ts'

describe('the state of the installation', () => {
  let system: TestSystem
  let vera: TestPerson
  beforeAll(async () => {
    system = await testSystem()
    vera = await aPerson(system, { name: 'Vera Viewer', role: 'viewer' })
  })
  afterAll(() => system.stop())

  const line = (status: Status, id: string) => status.lines.find((one) => one.id === id)

  it('is told in whole sentences, with a way to mend whatever is bad', async () => {
    const status = await vera.get<Status>('/api/status')
    expect(status.lines.map(({ id }) => id).sort()).toEqual([
      'answers',
      'database',
      'disk',
      'meaning',
      'mode',
      'network',
      'objects',
      'queue',
    ])
    for (const { sentence } of status.lines) expect(sentence).toMatch(/^[A-Z0-9].*\.$/)
    for (const one of status.lines.filter(({ state }) => state === 'bad')) expect(one.remedy).toMatch(/\.$/)
    expect(line(status, 'network')?.sentence).toMatch(/Nothing leaves/)
  })

  it('says so when the store for files is gone', async () => {
    expect(line(await vera.get<Status>('/api/status'), 'objects')?.state).toBe('good')
    await rm(join(system.folder, 'objects'), { recursive: true })
    expect(line(await vera.get<Status>('/api/status'), 'objects')).toMatchObject({
      state: 'bad',
      sentence: 'The store for files does not answer.',
    })
  })

  it('is a word and nothing more to somebody who is not signed in', async () => {
    expect(await (await system.app.request('/api/health')).json()).toEqual({ status: 'ok' })
    expect((await system.app.request('/api/status')).status).toBe(401)
  })
})
