/**
 * Meets the words of a question with the words of a text: the same classes of forms as search uses, in the language of the
 * text. Pure; nothing here knows one language better than another.
 */
import { classKey, fold, isSmallWord, tokenise } from '../search/index.ts'

/** A word as it stands in a text. `key` is its class of forms; characters [start, end) of that text. */
export type Word = { key: string; term: string; start: number; end: number }

/** A word that is asked for, with what it is worth among all the asker may see (idf). */
export type Wanted = { term: string; worth: number }

/** Words and codes of `text`, in order, by the word classes of `language` (null: written forms without accents). */
export function wordsIn(text: string, language: string | null): Word[] {
  return tokenise(text).map(({ term, start, end }) => ({ key: keyOf(term, language), term, start, end }))
}

export function keyOf(term: string, language: string | null): string {
  return language === null ? fold(term) : classKey(term, language)
}

/**
 * What a question really asks for: its words without the small words of any language, each with its worth. Where a question
 * holds nothing else, its small words count after all.
 */
export function wantedWords(worth: ReadonlyMap<string, number>): Wanted[] {
  const all = [...worth].map(([term, value]) => ({ term, worth: value }))
  const content = all.filter(({ term }) => !isSmallWord(term))
  return content.length > 0 ? content : all
}

/** Share of the wanted worth that stands among `keys`, 0 to 1; 0 where nothing is wanted. */
export function coverage(wanted: readonly Wanted[], keys: ReadonlySet<string>, language: string | null): number {
  let found = 0
  let all = 0
  for (const { term, worth } of wanted) {
    all += worth
    if (keys.has(keyOf(term, language))) found += worth
  }
  return all === 0 ? 0 : found / all
}
