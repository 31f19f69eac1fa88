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

/** The vocabulary without accents, and by length: where in the vocabulary, and the letters of each word as bits. */
type Shapes = { folded: string[]; byLength: { at: number[]; letters: number[] }[] }
const shapesOf = new WeakMap<readonly string[], Shapes>()

/** The vocabulary only grows, so what was prepared stays and the rest is added. */
const shapes = (vocabulary: readonly string[]): Shapes => {
  let known = shapesOf.get(vocabulary)
  if (!known) shapesOf.set(vocabulary, (known = { folded: [], byLength: [] }))
  for (let i = known.folded.length; i < vocabulary.length; i++) {
    const folded = word.test(vocabulary[i]!) ? fold(vocabulary[i]!) : ''
    known.folded.push(folded)
    if (folded === '') continue
    const same = (known.byLength[folded.length] ??= { at: [], letters: [] })
    same.at.push(i)
    same.letters.push(lettersOf(folded))
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
  const { folded, byLength } = shapes(index.vocabulary)
  const bits = lettersOf(wanted)
  let best: { candidate: string; worth: number; distance: number } | undefined
  // The nearest lengths first: once something near is found, what must lie farther need not be looked at.
  for (const length of lengthsAround(wanted.length, most)) {
    const same = byLength[length]
    const apart = Math.abs(length - wanted.length)
    if (!same || (best && apart > best.distance)) continue
    for (let k = 0; k < same.at.length; k++) {
      const reach: number = best ? best.distance : most
      // One error takes a letter away and brings one in, so it changes two bits at most.
      if (bitCount(same.letters[k]! ^ bits) > 2 * reach) continue
      const candidate = folded[same.at[k]!]!
      const distance = editDistance(wanted, candidate, reach)
      if (distance > reach) continue
      const written = index.vocabulary[same.at[k]!]!
      const frequency = index.frequency(written, view)
      if (frequency === 0) continue
      // People seldom miss the first letter, and a frequent word is likelier meant.
      const worth = Math.log(1 + frequency) + (candidate[0] === wanted[0] ? 1.5 : 0)
      if (!best || distance < best.distance || worth > best.worth) best = { candidate: written, worth, distance }
    }
  }
  return best?.candidate
}

const lengthsAround = (length: number, most: number): number[] => [
  length,
  ...Array.from({ length: most }, (_, i) => [length - i - 1, length + i + 1]).flat(),
]

let rows = [new Uint16Array(64), new Uint16Array(64), new Uint16Array(64)] as const

/**
 * Distance of two words, or `most + 1` as soon as it is known to be larger. Only cells within `most` of the diagonal can lie
 * below the limit (Ukkonen, "Algorithms for approximate string matching", 1985), and the rows are used again: it is asked of
 * thousands of words for one that is misspelt.
 */
export const editDistance = (a: string, b: string, most: number): number => {
  const beyond = most + 1
  if (Math.abs(a.length - b.length) > most) return beyond
  if (b.length >= rows[0].length)
    rows = [new Uint16Array(2 * b.length), new Uint16Array(2 * b.length), new Uint16Array(2 * b.length)]
  let [before, last, row] = rows
  for (let j = 0; j <= b.length; j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - most)
    const to = Math.min(b.length, i + most)
    row[from - 1] = from === 1 ? i : beyond
    let least = row[from - 1]!
    const letter = a.charCodeAt(i - 1)
    for (let j = from; j <= to; j++) {
      const other = b.charCodeAt(j - 1)
      // Above the band's end the last row was not worked out.
      let cost = Math.min(
        (j === i + most ? beyond : last[j]!) + 1,
        row[j - 1]! + 1,
        last[j - 1]! + (letter === other ? 0 : 1),
      )
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, before[j - 2]! + 1)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return beyond
    ;[before, last, row] = [last, row, before]
  }
  return Math.min(last[b.length]!, beyond)
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
