/**
 * Help with typing errors, from words of documents the asker may see and from nothing else: a word that stands in hidden
 * documents alone is never offered, and whether it exists there changes no answer.
 * Distance: Damerau-Levenshtein, optimal string alignment (a swap of neighbours counts one).
 */
import type { LexicalIndex, View } from './lexical-index.ts'
import { isLoneLetter } from './tokens.ts'
import { fold } from './word-classes.ts'

/** One error in words of 4 to 7 letters, two in longer ones, none in shorter: those are codes and names as often as errors. */
const allowed = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2)

const word = /^\p{L}[\p{L}\p{M}]+$/u

/** The vocabulary without accents, with the letters of each word as bits: enough to pass over nearly all words at a glance. */
type Shapes = { folded: string[]; letters: number[] }
const shapesOf = new WeakMap<readonly string[], Shapes>()

/** The vocabulary only grows, so what was prepared stays and the rest is added. */
const shapes = (vocabulary: readonly string[]): Shapes => {
  let known = shapesOf.get(vocabulary)
  if (!known) shapesOf.set(vocabulary, (known = { folded: [], letters: [] }))
  for (let i = known.folded.length; i < vocabulary.length; i++) {
    const folded = word.test(vocabulary[i]!) ? fold(vocabulary[i]!) : ''
    known.folded.push(folded)
    known.letters.push(lettersOf(folded))
  }
  return known
}

const lettersOf = (text: string): number => {
  let bits = 0
  for (let i = 0; i < text.length; i++) bits |= 1 << (text.charCodeAt(i) % 31)
  return bits
}

const bitCount = (bits: number): number => {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Best visible word near `term`, or undefined. Call it for words that meet no visible passage. */
export const correct = (term: string, index: LexicalIndex, view: View): string | undefined => {
  if (!word.test(term) || isLoneLetter(term)) return undefined
  const wanted = fold(term)
  const most = allowed([...wanted].length)
  if (most === 0) return undefined
  const { folded, letters } = shapes(index.vocabulary)
  const bits = lettersOf(wanted)
  let best: { candidate: string; worth: number; distance: number } | undefined
  for (let i = 0; i < folded.length; i++) {
    const candidate = folded[i]!
    if (candidate === '' || Math.abs(candidate.length - wanted.length) > most) continue
    // One error takes a letter away and brings one in, so it changes two bits at most.
    if (bitCount(letters[i]! ^ bits) > 2 * most) continue
    const distance = editDistance(wanted, candidate, most)
    if (distance > most || (best && distance > best.distance)) continue
    const written = index.vocabulary[i]!
    const frequency = index.frequency(written, view)
    if (frequency === 0) continue
    // People seldom miss the first letter, and a frequent word is likelier meant.
    const worth = Math.log(1 + frequency) + (candidate[0] === wanted[0] ? 1.5 : 0)
    if (!best || distance < best.distance || worth > best.worth) best = { candidate: written, worth, distance }
  }
  return best?.candidate
}

/** Distance of two words, or `most + 1` as soon as it is known to be larger. */
export const editDistance = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
      if (cost < least) least = cost
    }
    if (least > most) return most + 1
    ;[before, last] = [last, row]
  }
  return Math.min(last[b.length]!, most + 1)
}

/** Visible words that begin with what was typed, the most frequent first. */
export const completions = (prefix: string, index: LexicalIndex, view: View, limit: number): string[] => {
  if ([...prefix].length < 2) return []
  const folded = fold(prefix)
  const known = shapes(index.vocabulary).folded
  return index.vocabulary
    .filter((_, i) => known[i]!.length > folded.length && known[i]!.startsWith(folded))
    .map((term) => ({ term, frequency: index.frequency(term, view) }))
    .filter(({ frequency }) => frequency > 0)
    .sort((a, b) => b.frequency - a.frequency || (a.term < b.term ? -1 : 1))
    .slice(0, limit)
    .map(({ term }) => term)
}
