import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type EmbedPool, type PoolSize, startEmbedPool } from './embed-pool.ts'
import type { EmbeddingEntry } from './manifest.ts'
import { tinyEntry, vectorOf, writeTinyModel } from './tiny-model.ts'

let parent: string
let folder: string
let pool: EmbedPool | undefined

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tiny-model-'))
  folder = await writeTinyModel(parent)
})
afterEach(() => pool?.close())
afterAll(() => rm(parent, { recursive: true, force: true }))

async function running(change: Partial<EmbeddingEntry> = {}, size: PoolSize = { processes: 1 }): Promise<EmbedPool> {
  pool = startEmbedPool({ ...tinyEntry, ...change }, folder, size)
  await pool.ready
  return pool
}

function meanOf(tokens: string[]): number[] {
  const sum = tokens.map(vectorOf).reduce((a, b) => a.map((value, i) => value + (b[i] ?? 0)))
  const length = Math.hypot(...sum)
  return sum.map((value) => value / length)
}

function expectClose(vector: Float32Array, expected: number[]): void {
  expect(vector).toHaveLength(expected.length)
  expected.forEach((value, i) => expect(vector[i]).toBeCloseTo(value, 5))
}

describe('the processes that embed', { timeout: 30_000 }, () => {
  it('gives the mean of all tokens, at unit length', async () => {
    const vector = await (await running()).run('passage', 'Red car')
    expectClose(vector, meanOf(['[CLS]', 'red', 'car', '[SEP]']))
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })

  it('gives the first token alone where the model was trained so', async () => {
    expectClose(await (await running({ pooling: 'cls' })).run('passage', 'blue boat'), meanOf(['[CLS]']))
  })

  it('takes "[MASK]" in a document for letters, not for the sign of the model', async () => {
    expectClose(
      await (await running()).run('passage', 'red [MASK]'),
      meanOf(['[CLS]', 'red', '[', 'mask', ']', '[SEP]']),
    )
  })

  it('cuts a text at the limit of the model', async () => {
    const long = await (await running()).run('passage', 'red '.repeat(400))
    expectClose(long, meanOf(['[CLS]', ...Array<string>(6).fill('red'), '[SEP]']))
  })

  it('gives a text the same vector whoever its neighbours are', async () => {
    const { run } = await running({}, { processes: 2, waiting: 1 })
    const alone = await run('passage', 'green boat')
    const among = await Promise.all(
      ['red', 'green boat', 'blue car blue car', 'green boat'].map((text) => run('passage', text)),
    )
    expect(among[1]).toEqual(alone)
    expect(among[3]).toEqual(alone)
  })

  it('lets a question overtake the passages that wait', async () => {
    const { run } = await running()
    const order: string[] = []
    const passages = Array.from({ length: 20 }, () => run('passage', 'blue car').then(() => order.push('passage')))
    await run('query', 'red').then(() => order.push('query'))
    await Promise.all(passages)
    expect(order.indexOf('query')).toBeLessThanOrEqual(1)
  })

  it('loses nothing when its process is killed in the middle', async () => {
    const { run, processes } = await running()
    const work = Array.from({ length: 200 }, (_, i) => run('passage', i % 2 ? 'red car' : 'blue boat'))
    await work[0]
    process.kill(processes()[0]?.pid ?? 0, 'SIGKILL')
    const vectors = await Promise.all(work)
    expectClose(vectors[199]!, meanOf(['[CLS]', 'red', 'car', '[SEP]']))
    expect(new Set(vectors.map((vector) => vector.join())).size).toBe(2)
  })

  it('starts with two for the first files, lets the second go when nobody needs it, and takes it back when much waits', async () => {
    const { run, processes } = await running({}, { processes: 2, waiting: 8, restMs: 50 })
    await run('query', 'red')
    expect(processes()).toHaveLength(2)
    await vi.waitFor(() => expect(processes()).toHaveLength(1), 20_000)
    let open = true
    const reader = async () => {
      while (open) await run('passage', 'blue car')
    }
    const readers = Array.from({ length: 20 }, reader)
    await vi.waitFor(() => expect(processes().filter(({ rss }) => rss > 0)).toHaveLength(2), 20_000)
    open = false
    await Promise.all(readers)
    await vi.waitFor(() => expect(processes()).toHaveLength(1), 20_000)
    expectClose(await run('query', 'red'), meanOf(['[CLS]', 'red', '[SEP]']))
  })

  it('drops what nobody waits for any more', async () => {
    const { run } = await running()
    const reader = new AbortController()
    const first = run('passage', 'red')
    const given = run('passage', 'green', reader.signal)
    reader.abort(new Error('the reader left'))
    await expect(given).rejects.toThrow('the reader left')
    await first
    expectClose(await run('passage', 'boat'), meanOf(['[CLS]', 'boat', '[SEP]']))
  })

  it('says so when the model is lost while it runs', async () => {
    const lost = await writeTinyModel(join(parent, 'lost'))
    const ended = Promise.withResolvers<string>()
    pool = startEmbedPool(tinyEntry, lost, { processes: 1, onEnd: ended.resolve })
    await pool.ready
    await rm(lost, { recursive: true })
    process.kill(pool.processes()[0]?.pid ?? 0, 'SIGKILL')
    expect(await ended.promise).toContain('the model tiny does not load')
    await expect(pool.run('query', 'red')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('says so when the model does not load', async () => {
    pool = startEmbedPool(tinyEntry, join(parent, 'nothing-here'), { processes: 1 })
    await expect(pool.ready).rejects.toThrow('the model tiny does not load')
    await expect(pool.run('query', 'red')).rejects.toMatchObject({ code: 'unavailable' })
  })
})
