/**
 * Help with typing errors, from words of documents the asker may see and from nothing else: a word that stands in hidden
 * documents alone is never offered, and whether it exists there changes no answer.
 * Distance: Damerau-Levenshtein, optimal string alignment (a swap of neighbours counts one).
 */
import type { LexicalIndex, View } from './lexical-index.ts'
import { isLoneLetter } from './tokens.ts'
import { fold } from './word-classes.ts'

const word = /^\p{L}[\p{L}\p{M}]+$/u

/** One error in words of 4 to 7 letters, two in longer ones, none in shorter: those are codes and names as often as errors. */
const allowed = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2)

/** Best visible word near `term`, or undefined. Call it for words that meet no visible passage. */
export const correct = (term: string, index: LexicalIndex, view: View): string | undefined => {
  if (!word.test(term) || isLoneLetter(term)) return undefined
  const folded = fold(term)
  const most = allowed([...folded].length)
  if (most === 0) return undefined
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of index.vocabulary) {
    if (Math.abs(candidate.length - folded.length) > most + 1 || !word.test(candidate)) continue
    const distance = editDistance(folded, fold(candidate), most)
    if (distance <= most) near.push({ candidate, distance })
  }
  let best: { candidate: string; worth: number; distance: number } | undefined
  for (const { candidate, distance } of near) {
    const frequency = index.frequency(candidate, view)
    if (frequency === 0) continue
    // People seldom miss the first letter, and a frequent word is likelier meant.
    const worth = Math.log(1 + frequency) + (fold(candidate)[0] === folded[0] ? 1.5 : 0)
    const better = !best || distance < best.distance || (distance === best.distance && worth > best.worth)
    if (better) best = { candidate, worth, distance }
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
  return index.vocabulary
    .filter((term) => term.length > prefix.length && word.test(term) && fold(term).startsWith(folded))
    .map((term) => ({ term, frequency: index.frequency(term, view) }))
    .filter(({ frequency }) => frequency > 0)
    .sort((a, b) => b.frequency - a.frequency || (a.term < b.term ? -1 : 1))
    .slice(0, limit)
    .map(({ term }) => term)
}
