/** Lets a language model answer from the passages, then checks every sentence of it before it counts. */
import type { ChatModel } from '../../platform/ai/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { type Checked, type Cited, checkSentence } from './check.ts'
import type { Composed, Pointer } from './composed.ts'
import type { Sentence } from './contract.ts'
import { createDraft } from './draft.ts'
import { parseSpoken } from './parse-spoken.ts'
import { answerPrompt, nothingFound } from './prompt.ts'
import type { ReadPassage, ReadSentence } from './reading.ts'
import { coverage, wordsIn } from './words.ts'

const patienceMs = { first: 60_000, whole: 150_000 }
const limits = { tokens: 700, characters: 6000 }

/**
 * The model's raw words, at most so many. Ends early when `signal` aborts (the caller sees that on its signal). Throws
 * AppError('unavailable') when the model fails or takes too long. `draft` hears plain text as it comes.
 */
export async function listen(
  model: ChatModel,
  question: string,
  passages: readonly ReadPassage[],
  draft: (text: string) => Promise<void>,
  signal: AbortSignal,
  patience: { first: number; whole: number } = patienceMs,
): Promise<string> {
  const late = new AbortController()
  let timer = setTimeout(() => late.abort(), patience.first)
  const end = setTimeout(() => late.abort(), patience.whole)
  const drafting = createDraft()
  let raw = ''
  try {
    for await (const piece of model.stream(answerPrompt(question, passages), {
      signal: AbortSignal.any([signal, late.signal]),
      maxTokens: limits.tokens,
    })) {
      clearTimeout(timer)
      timer = setTimeout(() => late.abort(), patience.first)
      raw += piece
      if (signal.aborted || late.signal.aborted) break
      const text = drafting.add(piece)
      if (text !== '') await draft(text)
      if (raw.length > limits.characters) break
    }
  } finally {
    clearTimeout(timer)
    clearTimeout(end)
  }
  if (late.signal.aborted && !signal.aborted)
    throw new AppError('unavailable', { detail: 'The language model took too long.' })
  return raw.slice(0, limits.characters)
}

/**
 * Sentences of `raw` with their support. Numbers of passages that do not exist are dropped; a sentence without a source gets
 * the passage that supports it, if there is one. Empty when the model found nothing or nothing it says is supported.
 */
export function composeGenerated(
  raw: string,
  passages: readonly ReadPassage[],
  worth: ReadonlyMap<string, number>,
): Composed {
  const cited = passages.map(toCited)
  const spoken = parseSpoken(raw, passages.length)
  if (
    spoken.length === 0 ||
    spoken[0]!.text
      .toUpperCase()
      .replace(/[^A-Z ]/g, '')
      .startsWith(nothingFound)
  )
    return { sentences: [], pointers: shown(passages) }
  const judged = spoken.map(({ text, numbers }) => ({ text, ...judge(text, numbers, cited, worth) }))
  if (!judged.some(({ support }) => support !== 'unsupported')) return { sentences: [], pointers: shown(passages) }
  const pointers: Pointer[] = []
  const sentences = judged.map(({ text, numbers, support, doubt }): Sentence => ({
    text,
    support,
    doubt,
    citations: numbers.map((number) => point(pointers, passages[number - 1]!, text)),
  }))
  const used = new Set(pointers.map(({ passageId }) => passageId))
  return { sentences, pointers: [...pointers, ...shown(passages.filter(({ found }) => !used.has(found.passageId)))] }
}

/** Passages that the model read and no sentence cites: what it says may come from them all the same. */
function shown(passages: readonly ReadPassage[]): Pointer[] {
  return passages.map(({ found }) => ({
    number: null,
    passageId: found.passageId,
    documentId: found.document.id,
    start: 0,
    end: 0,
  }))
}

export function toCited({ found, language }: ReadPassage): Cited {
  return { text: found.text, language, about: [found.document.title, ...found.headings].join('\n') }
}

function judge(
  text: string,
  numbers: number[],
  cited: readonly Cited[],
  worth: ReadonlyMap<string, number>,
): Checked & { numbers: number[] } {
  const own = checkSentence(
    text,
    numbers.map((number) => cited[number - 1]!),
    worth,
  )
  if (own.support === 'supported') return { ...own, numbers }
  const others = cited
    .map((one, i) => ({ ...checkSentence(text, [one], worth), numbers: [i + 1] }))
    .sort((a, b) => b.covered - a.covered)
  const better = others.find(({ support }) => support === 'supported')
  if (better) return better
  return { ...own, numbers }
}

/** The citation of the sentence of the passage that carries `text`; the same place is one citation. Gives its number. */
function point(pointers: Pointer[], passage: ReadPassage, text: string): number {
  const { start, end } = carrier(passage, text)
  const known = pointers.find(
    (pointer) => pointer.passageId === passage.found.passageId && pointer.start === start && pointer.end === end,
  )
  if (known) return known.number!
  const number = pointers.length + 1
  pointers.push({ number, passageId: passage.found.passageId, documentId: passage.found.document.id, start, end })
  return number
}

function carrier(passage: ReadPassage, text: string): { start: number; end: number } {
  const wanted = [...new Set(wordsIn(text, null).map(({ term }) => term))].map((term) => ({ term, worth: 1 }))
  const share = (sentence: ReadSentence): number => coverage(wanted, sentence.keys, passage.language)
  const [best] = [...passage.sentences].sort((a, b) => share(b) - share(a) || a.start - b.start)
  return best ? { start: best.start, end: best.end } : { start: 0, end: passage.found.text.length }
}
