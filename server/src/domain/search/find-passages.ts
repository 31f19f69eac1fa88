/** Passages with their whole text for a question: what answers are composed from. The same retrieval as search. */
import type { PersonScope } from '../../db/index.ts'
import { passageRows, type PassageRow } from './passage-rows.ts'
import { parseQuery } from './query.ts'
import { type Candidate, retrieve, type Retrieval } from './retrieve.ts'
import { joinFilters } from './visible.ts'

export type FoundPassage = PassageRow & Pick<Candidate, 'score' | 'byWords' | 'byMeaning' | 'share' | 'similarity'>

export type FoundPassages = {
  /** Best first. */
  passages: FoundPassage[]
  searched: { documents: number; passages: number }
  /** True when meaning took part in the search. */
  meaning: boolean
  degraded: string | null
  /** The question's words and what each is worth among what the asker may see (idf; small words half). */
  worth: Retrieval['worth']
}

/** Operators in the question work as in search: quotes, exclusions, filters in words. */
export async function findPassages(
  scope: PersonScope,
  input: { question: string; collection?: string[]; limit: number; signal?: AbortSignal },
): Promise<FoundPassages> {
  const parsed = parseQuery(input.question)
  const fields = { format: [], collection: input.collection ?? [], owner: [], tag: [], language: [] }
  const { candidates, searched, meaning, degraded, worth } = await retrieve(scope, parsed, {
    mode: 'hybrid',
    filters: joinFilters(fields, parsed.filters),
    signal: input.signal,
  })
  const best = candidates.slice(0, input.limit)
  const rows = await scope.read((tx) =>
    passageRows(
      tx,
      best.map(({ passageId }) => passageId),
    ),
  )
  const passages = best.flatMap(({ passageId, score, byWords, byMeaning, share, similarity }) => {
    const row = rows.get(passageId)
    return row ? [{ ...row, score, byWords, byMeaning, share, similarity }] : []
  })
  return { passages, searched, meaning, degraded, worth }
}
