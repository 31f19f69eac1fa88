/**
 * The piece of a passage shown in a result: the one or two neighbouring sentences that hold most of the question, with the
 * places of its words. Plain text and ranges, never HTML.
 */
import { findPhrase, type Span } from './phrase.ts'
import { splitSentences } from './sentences.ts'
import { tokenise } from './tokens.ts'
import { classKey, fold } from './word-classes.ts'

export type Snippet = { text: string; marks: Span[] }

/** Characters. */
const longest = 320
const enough = 100

/**
 * `weights`: the question's words and what each is worth (idf). `language`: of the passage, so that marks follow the same
 * stems as the search. Marks are characters [start, end) of `text`, in order, without overlap.
 */
export const makeSnippet = (
  passage: string,
  question: { weights: ReadonlyMap<string, number>; phrases: readonly string[] },
  language: string | null,
): Snippet => {
  const keyOf = (term: string): string => (language ? classKey(term, language) : fold(term))
  const wanted = new Map<string, number>()
  for (const [term, weight] of question.weights) wanted.set(keyOf(term), Math.max(weight, wanted.get(keyOf(term)) ?? 0))
  const tokens = tokenise(passage)
  const found = tokens
    .map((token) => ({ start: token.start, end: token.end, key: keyOf(token.term) }))
    .filter((token) => wanted.has(token.key))
  const phrases = question.phrases.flatMap((phrase) => findPhrase(passage, phrase, tokens))

  const sentences = splitSentences(passage)
  if (sentences.length === 0) return { text: '', marks: [] }
  let best: Span = sentences[0]!
  let bestWorth = -1
  const consider = (span: Span): void => {
    if (span.end - span.start > longest && bestWorth >= 0) return
    const keys = new Set<string>()
    for (const token of found) if (token.start >= span.start && token.end <= span.end) keys.add(token.key)
    let worth = 0
    for (const key of keys) worth += wanted.get(key)!
    for (const place of phrases) if (place.start >= span.start && place.end <= span.end) worth += 100
    if (worth > bestWorth + 1e-9) [best, bestWorth] = [span, worth]
  }
  for (const sentence of sentences) consider(sentence)
  sentences.forEach((sentence, i) => {
    const next = sentences[i + 1]
    if (next) consider({ start: sentence.start, end: next.end })
  })
  const window = cut(passage, filled(passage, sentences, best), found)
  const inside = [...found, ...phrases]
    .filter((place) => place.start >= window.start && place.end <= window.end)
    .map((place) => ({ start: place.start - window.start, end: place.end - window.start }))
  return { text: passage.slice(window.start, window.end), marks: merge(inside) }
}

/** A heading alone, short and without a full stop, tells little: what follows it is shown too. */
const filled = (passage: string, sentences: readonly Span[], best: Span): Span => {
  let { end } = best
  for (const sentence of sentences) {
    if (end - best.start >= enough || /[\p{Sentence_Terminal}:;]\s*$/u.test(passage.slice(best.start, end))) break
    if (sentence.start >= end && sentence.end - best.start <= longest) end = sentence.end
  }
  return { start: best.start, end }
}

/** A sentence longer than a result has room for is cut around its first found word, at spaces. */
const cut = (passage: string, span: Span, found: readonly Span[]): Span => {
  if (span.end - span.start <= longest) return span
  const first = found.find((place) => place.start >= span.start && place.end <= span.end)
  let start = Math.max(span.start, Math.min((first?.start ?? span.start) - 60, span.end - longest))
  let end = Math.min(span.end, start + longest)
  if (start > span.start) {
    const space = passage.indexOf(' ', start)
    if (space > 0 && space < start + 30) start = space + 1
  }
  if (end < span.end) {
    const space = passage.lastIndexOf(' ', end)
    if (space > end - 30) end = space
  }
  return { start, end }
}

const merge = (spans: Span[]): Span[] => {
  const merged: Span[] = []
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else merged.push({ ...span })
  }
  return merged
}
