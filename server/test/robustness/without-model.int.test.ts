import { setTimeout as pause } from 'node:timers/promises'
import { startWorker } from '@innosynth/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentItem } from '../../src/domain/documents/index.ts'
import { requeueUnfinished } from '../../src/domain/documents/index.ts'
import type { LocalEmbedder } from '../../src/platform/ai/index.ts'
import { type TestSystem, testSystem, wordEmbedder } from '../../src/testing/index.ts'

describe('an installation that has no model yet', () => {
  let system: TestSystem
  let worker: { stop(): Promise<void> }
  const ready = wordEmbedder()
  let arrived = false
  const late: LocalEmbedder = {
    ...ready,
    state: () => (arrived ? ready.state() : { kind: 'absent', detail: 'No model.', remedy: 'Bring one.' }),
  }
  beforeAll(async () => {
    system = await testSystem({ works: true, embedder: late })
    worker = await startWorker(system)
  })
  afterAll(async () => {
    await worker.stop()
    await system.stop()
  })

  it('finishes a file with its words, and takes up its meaning when a model arrives', async () => {
    await system.owner.api('POST', '/api/documents?name=ferry.txt', Buffer.from('The ferry left the harbour at dawn.'))
    const file = async () => (await system.owner.get<{ items: DocumentItem[] }>('/api/documents?title=ferry')).items[0]!
    const until = async (done: (item: DocumentItem) => boolean) => {
      for (let i = 0; i < 400 && !done(await file()); i += 1) await pause(50)
    }
    await until(({ progress }) => progress.stage === 'ready')
    expect((await file()).progress).toMatchObject({ stage: 'ready', foundByWords: true, foundByMeaning: false })
    expect(await system.owner.get('/api/activity')).toMatchObject({ running: 0, failed: 0 })
    arrived = true
    await requeueUnfinished(system.systemScope('test'), system.embeddingModel())
    await until(({ progress }) => progress.foundByMeaning)
    expect((await file()).progress).toMatchObject({ stage: 'ready', foundByMeaning: true })
  })
})
