/**
 * Proper names in a text, as far as writing shows them: capitals in scripts that have them, codes everywhere. Where a text
 * writes all its nouns with capitals (German), only runs of two or more, inner capitals and codes count. Scripts without
 * capitals give none, and the check rests on the words.
 */
import { detectLanguage } from '../search/index.ts'

export type Name = { text: string; start: number; end: number }

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.&/-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu
const capital = /^\p{Lu}/u
const innerCapital = /^(?:\p{Lu}{2,}|\p{L}*\p{Ll}\p{Lu}|\p{Lu}+[\p{N}-])/u
const code = /(?=.*\p{L})(?=.*\p{N})/u
const sentenceEnd = /(?:^|[.!?。！？:;…"“„»«(\n])\s*["“„«(]*$/u

/** Languages that write every noun with a capital. */
const capitalNouns = new Set(['de', 'lb'])
/** Where the language cannot be told: the share of capitals inside sentences, of so many words, above which they say nothing. */
const manyCapitals = { share: 0.35, words: 20 }

type Seen = { text: string; start: number; end: number; opens: boolean; capital: boolean; strong: boolean }

function look(text: string): Seen[] {
  return [...text.matchAll(WORD)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
    opens: sentenceEnd.test(text.slice(Math.max(0, match.index - 6), match.index)),
    capital: capital.test(match[0]),
    strong: innerCapital.test(match[0]) || code.test(match[0]),
  }))
}

/**
 * Names in `text`, in order. `around`: more text of the same kind, from which is learnt whether capitals mean names and
 * whether the first word of a sentence is one.
 */
export function namesIn(text: string, around = text): Name[] {
  const words = look(text)
  const learnt = around === text ? words : look(around)
  const inside = learnt.filter((word) => !word.opens && /^\p{L}/u.test(word.text))
  const language = detectLanguage(around)
  const capitalsSay =
    language === undefined
      ? inside.length < manyCapitals.words ||
        inside.filter((word) => word.capital).length / inside.length <= manyCapitals.share
      : !capitalNouns.has(language)
  const known = new Set(inside.filter((word) => word.capital).map((word) => word.text))
  const names: Name[] = []
  words.forEach((word, i) => {
    const neighbour = [words[i - 1], words[i + 1]].some(
      (other) =>
        other?.capital && gap(text, word, other) === ' ' && !(word.opens && other === words[i - 1]) && !other.opens,
    )
    const counts =
      word.strong ||
      (word.capital &&
        [...word.text].length > 1 &&
        (word.opens ? known.has(word.text) && capitalsSay : capitalsSay || neighbour))
    if (counts) names.push({ text: word.text, start: word.start, end: word.end })
  })
  return names
}

function gap(text: string, a: Seen, b: Seen): string {
  return a.end <= b.start ? text.slice(a.end, b.start) : text.slice(b.end, a.start)
}
