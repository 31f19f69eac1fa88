/**
 * Finds candidate passages for a question, for one asker: words and meaning side by side, both within what they may see.
 * Search presents the candidates as results, answers reads them for support.
 */
import type { PersonScope } from '../../db/index.ts'
import type { z } from 'zod'
import type { SearchMode } from './contract.ts'
import { candidatesEach, fuse } from './fusion.ts'
import { feedOf } from './index-feed.ts'
import type { LexicalHit, Weighted } from './lexical-index.ts'
import { embedQuestion } from './meaning.ts'
import { nearestPassages } from './nearest.ts'
import { newestPassages, textsOf } from './passage-rows.ts'
import { findPhrase } from './phrase.ts'
import { type ParsedQuery, wordsOf } from './query.ts'
import { rerank } from './rerank.ts'
import { correct } from './spelling.ts'
import { type Filters, hasFilters, visibleDocuments } from './visible.ts'

export type Candidate = {
  passageId: number
  documentNo: number
  /** 0 to 1, comparable within one retrieval only. */
  score: number
  byWords: boolean
  byMeaning: boolean
  /** Share of the best score by words that was possible, 0 to 1; 0 where words did not find it. */
  share: number
  /** Cosine; undefined where meaning did not bring it. */
  similarity: number | undefined
  /** Positions in `words` that the passage holds. */
  matched: number[]
}

export type Retrieval = {
  words: Weighted[]
  /** Beside `words`: in how many visible passages each stands. */
  frequencies: number[]
  /** What each word is worth: the rarer among the visible, the more. */
  worth: Map<string, number>
  candidates: Candidate[]
  /** Documents found by words when the filters are left out, for the counts beside other filter values. */
  withoutFilters: number[]
  searched: { documents: number; passages: number }
  /** Documents the asker may see at all. */
  visibleDocuments: number
  /** True when meaning took part. */
  meaning: boolean
  /** Why it did not, for people; null where it did or was not asked for. */
  degraded: string | null
  /** Words that stand nowhere the asker may see -> the nearest that does. */
  corrections: Map<string, string>
}

/** With quotes the right passage may stand far down among the words' hits, so more are looked at. */
const candidatesWithPhrases = 2000

/** A text with more unknown words than this is in another language, not badly typed. */
const mostCorrected = 4

export type RetrieveOptions = { mode: z.infer<typeof SearchMode>; filters: Filters; signal?: AbortSignal }

export const retrieve = async (
  scope: PersonScope,
  parsed: ParsedQuery,
  options: RetrieveOptions,
): Promise<Retrieval> => {
  const { mode, filters } = options
  const feed = feedOf(scope.platform)
  const question =
    mode === 'lexical' || parsed.text === '' ? undefined : embedQuestion(scope, parsed.text, options.signal)
  // Whoever breaks off while the rights are asked ends this before it is awaited; unheard, that would end the process.
  question?.catch(() => {})
  await feed.loaded
  const { visible, filtered } = await scope.read((tx) => visibleDocuments(tx, filters))
  const { index } = feed
  const within = filtered ?? visible
  const words = wordsOf(parsed.text)

  // From here to the next await the index cannot change under the view.
  const view = index.view(visible, filtered)
  const limit = parsed.phrases.length > 0 ? candidatesWithPhrases : candidatesEach
  const lexical = index.search(words, view, { limit })
  const open = hasFilters(filters) ? index.search(words, index.view(visible), { limit: candidatesEach }).hits : []

  const corrections = new Map<string, string>()
  for (const { term } of words.filter((_, i) => lexical.frequencies[i] === 0).slice(0, mostCorrected)) {
    const better = correct(term, index, view)
    if (better) corrections.set(term, better)
  }

  const vector = await question
  const byWords = mode === 'semantic' && vector?.kind === 'vector' ? [] : lexical.hits
  const passages = view.filteredPassages
  const near =
    vector?.kind !== 'vector' || passages === 0
      ? []
      : await scope.read((tx) =>
          nearestPassages(tx, vector.vector, {
            model: vector.model,
            documents: within,
            all: filtered === undefined,
            passages,
            limit: candidatesEach,
            isCurrent: (id) => index.isCurrent(id),
          }),
        )

  // The nearest are always something. Far below what right passages have, being the nearest is no reason to be shown.
  const floor = vector?.kind === 'vector' ? vector.floor : -1
  let candidates = join(byWords, near).filter((hit) => hit.byWords || (hit.similarity ?? -1) >= floor)
  if (parsed.text === '' && parsed.phrases.length === 0) candidates = await newest(scope, within)
  candidates = await keepWanted(scope, candidates, parsed)
  candidates = await rerank(scope, parsed.text, candidates, options.signal)
  return {
    words,
    frequencies: lexical.frequencies,
    worth: new Map(
      words.map(({ term, weight }, i) => [
        term,
        weight * Math.log(1 + (view.passages + 1) / (lexical.frequencies[i]! + 0.5)),
      ]),
    ),
    candidates,
    withoutFilters: [...new Set(open.map((hit) => hit.documentNo))],
    searched: { documents: within.length, passages },
    visibleDocuments: visible.length,
    meaning: vector?.kind === 'vector',
    degraded: vector?.kind === 'absent' ? vector.detail : null,
    corrections,
  }
}

const join = (
  words: readonly LexicalHit[],
  near: readonly { id: number; documentNo: number; similarity: number }[],
): Candidate[] => {
  const lexical = new Map(words.map((hit) => [hit.passageId, hit]))
  const dense = new Map(near.map((hit) => [hit.id, hit]))
  return fuse(
    words.map(({ passageId, share }) => ({ id: passageId, share })),
    near,
  ).map((hit) => ({
    passageId: hit.id,
    documentNo: lexical.get(hit.id)?.documentNo ?? dense.get(hit.id)!.documentNo,
    score: hit.score,
    byWords: hit.byWords,
    byMeaning: hit.byMeaning,
    share: lexical.get(hit.id)?.share ?? 0,
    similarity: dense.get(hit.id)?.similarity,
    matched: lexical.get(hit.id)?.matched ?? [],
  }))
}

/** Without a question: what changed last, so that filters alone show something useful. */
const newest = async (scope: PersonScope, documents: readonly number[]): Promise<Candidate[]> => {
  const found = await scope.read((tx) => newestPassages(tx, documents, candidatesEach))
  return found.map(({ id, no }) => ({
    passageId: id,
    documentNo: no,
    score: 0,
    byWords: false,
    byMeaning: false,
    share: 0,
    similarity: undefined,
    matched: [],
  }))
}

/** Quoted phrases must stand in the passage, its headings or its title; excluded words and phrases must not. */
const keepWanted = async (
  scope: PersonScope,
  candidates: Candidate[],
  { phrases, excluded }: ParsedQuery,
): Promise<Candidate[]> => {
  if (phrases.length === 0 && excluded.length === 0) return candidates
  const texts = await scope.read((tx) =>
    textsOf(
      tx,
      candidates.map(({ passageId }) => passageId),
    ),
  )
  return candidates.filter(({ passageId }) => {
    const row = texts.get(passageId)
    if (!row) return false
    const places = [row.text, ...row.headings, row.title]
    const stands = (phrase: string): boolean => places.some((place) => findPhrase(place, phrase).length > 0)
    return phrases.every(stands) && !excluded.some(stands)
  })
}
