/** An embedder that remembers on disk what it was asked, so that an evaluation pays for each text once. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalEmbedder } from '../../src/platform/ai/index.ts'

const keyBytes = 16

/** Wraps `inner`; the file holds a record a text: 16 bytes of its hash, then the vector as 32-bit floats. */
export const cachedEmbedder = (
  inner: LocalEmbedder,
  folder: string,
  model: { name: string; dimension: number },
): LocalEmbedder => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${model.name}.vectors`)
  const record = keyBytes + model.dimension * 4
  const known = new Map<string, Float32Array>()
  if (existsSync(file)) {
    const bytes = readFileSync(file)
    // A run that was killed may have left half a record behind; it cannot be the first of a good one.
    for (let at = 0; at + record <= bytes.length; at += record) {
      const vector = new Float32Array(new Uint8Array(bytes.subarray(at + keyBytes, at + record)).buffer)
      known.set(bytes.toString('hex', at, at + keyBytes), vector)
    }
  }
  const keyOf = (kind: string, text: string): string =>
    createHash('sha256')
      .update(`${kind}\n${text}`)
      .digest('hex')
      .slice(0, keyBytes * 2)
  return {
    ...inner,
    embed: async (kind, texts, options) => {
      const missing = [...new Set(texts.filter((text) => !known.has(keyOf(kind, text))))]
      const vectors = missing.length === 0 ? [] : await inner.embed(kind, missing, options)
      missing.forEach((text, i) => {
        const key = keyOf(kind, text)
        const vector = vectors[i]!
        known.set(key, vector)
        appendFileSync(
          file,
          Buffer.concat([Buffer.from(key, 'hex'), Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)]),
        )
      })
      return texts.map((text) => known.get(keyOf(kind, text))!)
    },
  }
}
