import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmbedder, type LocalEmbedder } from './embedder.ts'
import type { ModelState } from './ports.ts'

let modelsFolder: string
let embedder: LocalEmbedder | undefined
beforeEach(async () => {
  modelsFolder = await mkdtemp(join(tmpdir(), 'embedder-'))
})
afterEach(async () => {
  await embedder?.close()
  await rm(modelsFolder, { recursive: true, force: true })
})

const start = (states: ModelState[] = []) =>
  (embedder = createEmbedder({
    name: 'bge-small-en-v1.5',
    modelsFolder,
    places: {},
    onState: (state) => states.push(state),
  }))

describe('search by meaning', () => {
  it('is being prepared at once, and absent with a way out where no model can be had', async () => {
    const made = start()
    expect(made.state().kind).toBe('preparing')
    await expect(made.embed('query', ['holiday'])).rejects.toMatchObject({ code: 'unavailable', retryAfter: 5 })
    expect(await made.settled()).toMatchObject({ kind: 'absent', remedy: expect.stringContaining('INNOSYNTH_MODELS') })
    await expect(made.embed('query', ['holiday'])).rejects.toMatchObject({ code: 'unavailable', retryAfter: undefined })
  })

  it('looks again when an administrator asks for it', async () => {
    const states: ModelState[] = []
    const made = start(states)
    await made.settled()
    made.retry()
    expect(made.state().kind).toBe('preparing')
    await made.settled()
    expect(states.map((state) => state.kind)).toEqual(['absent', 'preparing', 'absent'])
  })

  it('does not take a half-written model for a whole one', async () => {
    await mkdir(join(modelsFolder, 'bge-small-en-v1.5/onnx'), { recursive: true })
    await writeFile(join(modelsFolder, 'bge-small-en-v1.5/onnx/model_quantized.onnx'), 'half')
    expect(await start().settled()).toMatchObject({ kind: 'absent' })
    expect(await readFile(join(modelsFolder, 'bge-small-en-v1.5/onnx/model_quantized.onnx'), 'utf8')).toBe('half')
  })

  it('stops while it is still looking', async () => {
    const made = start()
    await made.close()
    expect(made.processes()).toEqual([])
  })

  it('knows the models of the manifest alone', () => {
    expect(() => createEmbedder({ name: 'unheard-of', modelsFolder, places: {} })).toThrow('known: bge-small-en-v1.5')
  })
})
