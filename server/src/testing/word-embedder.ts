import { createHash } from 'node:crypto'
import type { LocalEmbedder } from '../platform/ai/index.ts'
import { tokenise } from '../domain/search/index.ts'

const dimension = 384

/**
 * An embedder that needs no weights: each word points somewhere fixed, a text is the sum of its words. Texts that share
 * words are near, so that the whole path of vectors is walked; it knows nothing of meaning.
 */
export function wordEmbedder(): LocalEmbedder {
  const model = { name: 'test-words', dimension, languages: ['mul'], floor: -1 }
  const state = { kind: 'ready' as const, model, source: 'test' }
  return {
    state: () => state,
    settled: async () => state,
    retry: () => {},
    processes: () => [],
    close: async () => {},
    embed: async (_kind, texts, options) => {
      options?.signal?.throwIfAborted()
      return texts.map(vectorOf)
    },
  }
}

function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(dimension)
  for (const { term } of tokenise(text)) {
    const bytes = createHash('sha256').update(term).digest()
    for (let i = 0; i < 8; i += 1) vector[bytes.readUInt16LE(i * 2) % dimension]! += bytes[16 + i]! < 128 ? 1 : -1
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}
