/** How near each sentence is to the question by meaning, within a time budget; without a model nothing changes but that. */
import type { PersonScope } from '../../db/index.ts'
import type { ReadPassage, ReadSentence } from './reading.ts'

const budgetMs = 2000
const atOnce = 16
/** A table has many lines; those that hold most of the question's words are looked at. */
const sentencesEach = 16
/** Vectors of sentences asked about lately. A vector depends on its text alone, so it may serve whoever was shown that text. */
const remembered = 8192
const known = new Map<string, Float32Array>()

/**
 * Where cosines of a model lie: mean and deviation of the best sentence of a found passage, measured on the questions of
 * SQuAD 2 (first half of the articles). Distances from that are comparable between models.
 */
const cosines: Record<string, { mean: number; deviation: number }> = {
  'bge-small-en-v1.5': { mean: 0.712, deviation: 0.079 },
  'multilingual-e5-small': { mean: 0.874, deviation: 0.03 },
}

/**
 * The same passages with `similarity` in deviations from what is usual for the model; clipped to [-3, 3]. The best passages come
 * first, and what is done when the budget ends counts.
 */
export async function addMeaning(
  scope: PersonScope,
  question: string,
  passages: ReadPassage[],
  signal: AbortSignal,
): Promise<ReadPassage[]> {
  const { embedder } = scope.platform
  const state = embedder.state()
  const scale = state.kind === 'ready' ? cosines[state.model.name] : undefined
  if (state.kind !== 'ready' || !scale || passages.length === 0) return passages
  const keyOf = (text: string): string => `${state.model.name}\n${text}`
  const limited = AbortSignal.any([signal, AbortSignal.timeout(budgetMs)])
  let asked: Float32Array | undefined
  try {
    const texts = [...new Set(passages.flatMap(({ sentences }) => worthALook(sentences).map(({ text }) => text)))]
    asked = (await embedder.embed('query', [question], { signal: limited }))[0]
    const missing = texts.filter((text) => !known.has(keyOf(text)))
    for (let at = 0; at < missing.length; at += atOnce) {
      const some = missing.slice(at, at + atOnce)
      // Waits behind files that are being embedded; past the budget the words decide alone.
      const vectors = await embedder.embed('passage', some, { signal: limited })
      some.forEach((text, i) => remember(keyOf(text), vectors[i]!))
    }
  } catch (error) {
    if (signal.aborted) throw error
    scope.log.info({ err: error }, 'some sentences were weighed by words alone')
  }
  if (!asked) return passages
  const near = (sentence: ReadSentence): ReadSentence => {
    const vector = known.get(keyOf(sentence.text))
    return vector ? { ...sentence, similarity: standard(dot(asked, vector), scale) } : sentence
  }
  return passages.map((passage) => ({ ...passage, sentences: passage.sentences.map(near) }))
}

function worthALook(sentences: readonly ReadSentence[]): readonly ReadSentence[] {
  return sentences.length <= sentencesEach
    ? sentences
    : [...sentences].sort((a, b) => b.coverage - a.coverage).slice(0, sentencesEach)
}

/** A passage's cosine in the same measure; undefined where the model is away or its scale unknown. */
export function passageNearness(scope: PersonScope, similarity: number | undefined): number | undefined {
  const state = scope.platform.embedder.state()
  const scale = state.kind === 'ready' ? cosines[state.model.name] : undefined
  return scale && similarity !== undefined ? standard(similarity, scale) : undefined
}

function standard(similarity: number, { mean, deviation }: { mean: number; deviation: number }): number {
  return Math.max(-3, Math.min(3, (similarity - mean) / deviation))
}

function remember(key: string, vector: Float32Array): void {
  if (known.size >= remembered) known.delete(known.keys().next().value!)
  known.set(key, vector)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
