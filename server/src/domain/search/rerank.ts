/** A second look at the best candidates by a model that reads question and passage together, where one is there and in time. */
import type { PersonScope } from '../../db/index.ts'
import { textsOf } from './passage-rows.ts'
import type { Candidate } from './retrieve.ts'

const looked = 50
const budgetMs = 800

/** The same candidates, the first `looked` in the reranker's order; unchanged when there is none, or it is late or fails. */
export const rerank = async (
  scope: PersonScope,
  question: string,
  candidates: Candidate[],
  signal?: AbortSignal,
): Promise<Candidate[]> => {
  const { reranker } = scope.platform
  if (!reranker || question === '' || candidates.length < 2) return candidates
  const head = candidates.slice(0, looked)
  const texts = await scope.read((tx) =>
    textsOf(
      tx,
      head.map(({ passageId }) => passageId),
    ),
  )
  const readable = head.filter(({ passageId }) => texts.has(passageId))
  const budget = AbortSignal.timeout(budgetMs)
  try {
    const scores = await reranker.score(
      question,
      readable.map(({ passageId }) => texts.get(passageId)!.text),
      { signal: signal ? AbortSignal.any([signal, budget]) : budget },
    )
    // The scores keep their place, so that they still fall from the first result to the last.
    const places = readable.map(({ score }) => score)
    const order = readable.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
    return [...order.map((from, to) => ({ ...readable[from]!, score: places[to]! })), ...candidates.slice(looked)]
  } catch (error) {
    if (signal?.aborted) throw error
    scope.log.info({ err: error, late: budget.aborted }, 'results keep their order: the reranker gave none')
    return candidates
  }
}
