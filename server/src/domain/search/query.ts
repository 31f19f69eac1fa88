/**
 * Reads what a person typed into the box.
 *   "two words"          must stand so in the passage          -word  -"two words"   must not stand there
 *   type:pdf             format                                in:Sales  in:"Sales reports"   collection, by name
 *   owner:ada  tag:tax   by name                               lang:de
 *   after:2025  before:2026-03-01   last changed; a year or a month stands for its first day
 * All else is plain words, and no word is ever required: a question is answered by the passages that hold most of it.
 */
import { tokenise } from './tokens.ts'
import { isSmallWord } from './language.ts'
import type { Weighted } from './lexical-index.ts'

export type QueryFilters = {
  format: string[]
  collection: string[]
  owner: string[]
  tag: string[]
  language: string[]
  /** ISO date, inclusive. */
  after?: string
  /** ISO date, exclusive. */
  before?: string
}

export type ParsedQuery = {
  /** The question without operators and quotes: what is embedded, and shown back. */
  text: string
  phrases: string[]
  /** Words and phrases that must not stand in a passage. */
  excluded: string[]
  filters: QueryFilters
}

const keys: Record<string, Exclude<keyof QueryFilters, 'after' | 'before'> | 'after' | 'before'> = {
  type: 'format',
  format: 'format',
  in: 'collection',
  collection: 'collection',
  owner: 'owner',
  tag: 'tag',
  lang: 'language',
  language: 'language',
  after: 'after',
  before: 'before',
}
const part = /(?<![\p{L}\p{N}])(-)?(?:(\p{L}+):(?=\S))?(?:["“”„]([^"“”„]*)["“”„]|(\S+))/gu

export const parseQuery = (typed: string): ParsedQuery => {
  const parsed: ParsedQuery = {
    text: '',
    phrases: [],
    excluded: [],
    filters: { format: [], collection: [], owner: [], tag: [], language: [] },
  }
  const plain: string[] = []
  for (const [whole, minus, key, quoted, bare] of typed.normalize('NFC').matchAll(part)) {
    const value = (quoted ?? bare ?? '').trim()
    const filter = key === undefined ? undefined : keys[key.toLowerCase()]
    if (filter && !minus && setFilter(parsed.filters, filter, value)) continue
    if (filter || key === undefined) {
      if (value === '') continue
      if (minus && tokenise(value).length > 0) parsed.excluded.push(value)
      else if (quoted !== undefined && tokenise(value).length > 0) {
        parsed.phrases.push(value)
        plain.push(value)
      } else plain.push(filter ? whole : value)
    } else plain.push(whole)
  }
  parsed.text = plain.join(' ').replace(/\s+/g, ' ').trim()
  return parsed
}

const setFilter = (filters: QueryFilters, key: keyof QueryFilters, value: string): boolean => {
  if (value === '') return false
  if (key === 'after' || key === 'before') {
    const date = firstDay(value)
    if (date) filters[key] = date
    return date !== undefined
  }
  filters[key].push(key === 'format' || key === 'language' ? value.toLowerCase() : value)
  return true
}

/** "2025", "2025-03" or "2025-03-09" as its first day, undefined for anything that is no date. */
const firstDay = (value: string): string | undefined => {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value) ?? []
  if (!year) return undefined
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  const iso = `${year}-${month}-${day}`
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? undefined : iso
}

/** A language's small words say little about what is asked; they weigh half, whatever language the rest is in. */
const smallWordWeight = 0.5

/** The question's distinct words with their weights, in order of first sight. */
export const wordsOf = (text: string): Weighted[] => {
  const words = new Map<string, Weighted>()
  for (const { term } of tokenise(text)) {
    const known = words.get(term)
    const weight = isSmallWord(term) ? smallWordWeight : 1
    if (known) known.weight += weight
    else words.set(term, { term, weight })
  }
  return [...words.values()]
}
