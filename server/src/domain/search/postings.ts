/**
 * The bytes kept in `passages.postings`: what a passage brings to the index, written once at ingestion so that a start need not
 * tokenise anything again. Shape: version, length of the language name, language, number of tokens (varint), one byte a term
 * (its frequency, at most 255), then the terms in UTF-8, separated by line feeds (no term holds one).
 */
import { TOKENS_VERSION, tokenise, type Token } from './tokens.ts'
import { detectLanguage } from './language.ts'

export type Postings = {
  /** BCP 47 primary language, where it could be told. */
  language?: string
  /** Tokens in the passage, the length BM25 speaks of. */
  length: number
  terms: string[]
  /** Beside `terms`: how often each occurs, 1 to 255. */
  frequencies: Uint8Array
}

export type PostingsOptions = {
  /** Headings above the passage; their words count as its own. The document's title is added by the index. */
  headings?: readonly string[]
  /** Told where it is known already; detected otherwise. */
  language?: string
}

const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder()

export const postingsOf = (text: string, options: PostingsOptions = {}): Postings => {
  const tokens: Token[] = tokenise(text)
  const language = options.language ?? detectLanguage(text, tokens)
  const all = [...(options.headings ?? []).flatMap((heading) => tokenise(heading)), ...tokens]
  const counts = new Map<string, number>()
  let length = 0
  for (const token of all) {
    counts.set(token.term, (counts.get(token.term) ?? 0) + 1)
    if (token.kind !== 'code') length++
  }
  return {
    language,
    length,
    terms: [...counts.keys()],
    frequencies: Uint8Array.from(counts.values(), (n) => Math.min(n, 255)),
  }
}

/** Postings of a passage, ready for the column. */
export const encodePostings = (text: string, options: PostingsOptions = {}): Uint8Array => {
  const { language = '', length, terms, frequencies } = postingsOf(text, options)
  const name = utf8.encode(language)
  const words = utf8.encode(terms.join('\n'))
  const bytes = new Uint8Array(2 + name.length + 5 + 5 + frequencies.length + words.length)
  let at = 0
  bytes[at++] = TOKENS_VERSION
  bytes[at++] = name.length
  bytes.set(name, at)
  at += name.length
  at = writeVarint(bytes, at, length)
  at = writeVarint(bytes, at, frequencies.length)
  bytes.set(frequencies, at)
  at += frequencies.length
  bytes.set(words, at)
  return bytes.slice(0, at + words.length)
}

/** Undefined where another version of the tokeniser wrote the bytes: tokenise the text again. */
export const decodePostings = (bytes: Uint8Array): Postings | undefined => {
  if (bytes[0] !== TOKENS_VERSION) return undefined
  const nameEnd = 2 + bytes[1]!
  const language = bytes[1] === 0 ? undefined : fromUtf8.decode(bytes.subarray(2, nameEnd))
  const [length, afterLength] = readVarint(bytes, nameEnd)
  const [count, afterCount] = readVarint(bytes, afterLength)
  const words = fromUtf8.decode(bytes.subarray(afterCount + count))
  return {
    language,
    length,
    terms: count === 0 ? [] : words.split('\n'),
    frequencies: bytes.subarray(afterCount, afterCount + count),
  }
}

const writeVarint = (bytes: Uint8Array, at: number, value: number): number => {
  while (value > 127) {
    bytes[at++] = (value & 127) | 128
    value >>>= 7
  }
  bytes[at++] = value
  return at
}

const readVarint = (bytes: Uint8Array, at: number): [value: number, next: number] => {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!
    value |= (byte & 127) << shift
    if (byte < 128) return [value, at]
  }
}

/** Both texts as one; the language is that of the first. */
export const together = (a: Postings, b: Postings): Postings => {
  const counts = new Map(a.terms.map((term, i) => [term, a.frequencies[i]!]))
  b.terms.forEach((term, i) => counts.set(term, Math.min(255, (counts.get(term) ?? 0) + b.frequencies[i]!)))
  return {
    language: a.language,
    length: a.length + b.length,
    terms: [...counts.keys()],
    frequencies: Uint8Array.from(counts.values()),
  }
}
