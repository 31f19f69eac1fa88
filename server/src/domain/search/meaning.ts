/** The question as a vector, within a time budget; search goes on with words alone where there is none. */
import type { PersonScope } from '../../db/index.ts'

export type QuestionVector =
  { kind: 'vector'; vector: Float32Array; model: string; floor: number } | { kind: 'absent'; detail: string }

/** A page waits no longer than this for the model. */
const budgetMs = 3000

export const embedQuestion = async (
  scope: PersonScope,
  text: string,
  signal?: AbortSignal,
): Promise<QuestionVector> => {
  const { embedder } = scope.platform
  const state = embedder.state()
  if (state.kind !== 'ready') return { kind: 'absent', detail: state.detail }
  const budget = AbortSignal.timeout(budgetMs)
  try {
    const [vector] = await embedder.embed('query', [text], {
      signal: signal ? AbortSignal.any([signal, budget]) : budget,
    })
    return { kind: 'vector', vector: vector!, model: state.model.name, floor: state.model.floor }
  } catch (error) {
    if (signal?.aborted) throw error
    scope.log.warn({ err: error }, 'the question could not be embedded')
    return {
      kind: 'absent',
      detail: budget.aborted
        ? 'Search by meaning was too busy to answer in time; these results were found by words alone.'
        : 'Search by meaning failed; these results were found by words alone.',
    }
  }
}
