/** The verb behind the box: what was found, shown so that a person can judge it and go on. */
import type { z } from 'zod'
import type { PersonScope } from '../../db/index.ts'
import type { SearchHit, SearchInput, SearchResults } from './contract.ts'
import { facetsOf } from './facets.ts'
import { passageRows, type PassageRow } from './passage-rows.ts'
import { parseQuery } from './query.ts'
import { type Candidate, retrieve, type Retrieval } from './retrieve.ts'
import { makeSnippet } from './snippet.ts'
import { tokenise } from './tokens.ts'
import { hasFilters, joinFilters } from './visible.ts'

type Results = z.infer<typeof SearchResults>

export async function search(scope: PersonScope, input: SearchInput, signal?: AbortSignal): Promise<Results> {
  const started = performance.now()
  const parsed = parseQuery(input.q)
  const filters = joinFilters(input, parsed.filters)
  const retrieval = await retrieve(scope, parsed, { mode: input.mode, filters, signal })
  const candidates = input.group === 'document' ? bestOfEach(retrieval.candidates) : retrieval.candidates
  const page = candidates.slice(input.offset, input.offset + input.limit)
  const found = [...new Set(candidates.map(({ documentNo }) => documentNo))]
  const { rows, facets } = await scope.read(async (tx) => ({
    rows: await passageRows(
      tx,
      page.map(({ passageId }) => passageId),
    ),
    facets: await facetsOf(tx, found, retrieval.withoutFilters, filters),
  }))
  const hits = page.flatMap((candidate) => {
    const row = rows.get(candidate.passageId)
    return row ? [hitOf(candidate, row, retrieval, parsed.phrases)] : []
  })
  const didYouMean = corrected(input.q, retrieval)
  const waysOn: Results['waysOn'] = []
  if (candidates.length === 0) {
    if (didYouMean) waysOn.push('did-you-mean')
    if (hasFilters(filters)) waysOn.push('drop-filters')
    if (parsed.phrases.length > 0) waysOn.push('drop-quotes')
    if (retrieval.words.length > 2) waysOn.push('fewer-words')
    if (retrieval.visibleDocuments === 0) waysOn.push('upload')
  }
  return {
    understood: {
      terms: retrieval.words.map(({ term }) => term),
      phrases: parsed.phrases,
      excluded: parsed.excluded,
      mode: retrieval.meaning ? input.mode : 'lexical',
    },
    searched: retrieval.searched,
    degraded: retrieval.degraded,
    total: candidates.length,
    hits,
    facets,
    didYouMean,
    waysOn,
    milliseconds: Math.round((performance.now() - started) * 10) / 10,
  }
}

/** The candidates come best first, so the first of a document is its best. */
const bestOfEach = (candidates: readonly Candidate[]): Candidate[] => {
  const seen = new Set<number>()
  return candidates.filter(({ documentNo }) => !seen.has(documentNo) && seen.add(documentNo))
}

const hitOf = (
  candidate: Candidate,
  row: PassageRow,
  { worth }: Retrieval,
  phrases: string[],
): z.infer<typeof SearchHit> => ({
  passageId: String(row.passageId),
  document: row.document,
  version: row.version,
  page: row.page,
  pageUnit: row.pageUnit,
  pageLabel: row.pageLabel,
  headings: row.headings,
  snippet: makeSnippet(row.text, { weights: worth, phrases }, row.language),
  score: candidate.score,
  by: [...(candidate.byWords ? (['words'] as const) : []), ...(candidate.byMeaning ? (['meaning'] as const) : [])],
})

/** The query with each word that stands nowhere the asker may see replaced by the nearest that does; null if nothing changes. */
const corrected = (typed: string, { corrections }: Retrieval): string | null => {
  let text = ''
  let at = 0
  for (const token of tokenise(typed)) {
    const better = corrections.get(token.term)
    if (better === undefined || token.kind !== 'word' || token.start < at || typed[token.end] === ':') continue
    text += typed.slice(at, token.start) + better
    at = token.end
  }
  return at === 0 ? null : text + typed.slice(at)
}
