/** Reads a model's answer: plain sentences with the numbers of the passages they name. */
import { splitSentences } from '../search/index.ts'
import { plainText } from './plain-text.ts'

/** A sentence as the model said it. `numbers`: from 1 to the number of passages, each once, in order of mention. */
export type SpokenSentence = { text: string; numbers: number[] }

/** "[1]", "[1, 2]", "[^3]", "【4】", "[1](anything)", "[passage 2]": the target of a link in that place is nobody's. */
const marker =
  /[[【]\s*\^?\s*(?:[\p{L}]{1,12}\s+)?(\d{1,3}(?:\s*[,;&]\s*\d{1,3})*)\s*[\]】](?:\s*\((?:[^()]|\([^()]*\))*\))?/gu
/** Private characters stand for the numbers while the text is cleaned; what the model says itself holds none of them. */
const first = 0xe000
const privateUse = /[\uE000-\uF8FF]/g
const marks = '[\\uE000-\\uE3E7]'

export function parseSpoken(raw: string, passages: number): SpokenSentence[] {
  const parts: string[] = []
  let at = 0
  const clean = raw.replace(privateUse, '').replace(/<think>[\s\S]*?(?:<\/think>|$)/gu, ' ')
  for (const match of clean.matchAll(marker)) {
    parts.push(
      clean.slice(at, match.index),
      match[1]!
        .split(/\D+/)
        .map((number) => String.fromCharCode(first + Number(number)))
        .join(''),
    )
    at = match.index + match[0].length
  }
  parts.push(clean.slice(at))
  const marked = keepMarks(parts.join('')).replace(
    new RegExp(`([.!?。！？…]+["'”’)»]*)\\s*((?:${marks}\\s*)+)`, 'gu'),
    '$2$1 ',
  )
  const spoken: SpokenSentence[] = []
  for (const { text } of splitSentences(marked)) {
    const numbers = [...text.matchAll(new RegExp(marks, 'gu'))]
      .map((mark) => mark[0].charCodeAt(0) - first)
      .filter((number) => number >= 1 && number <= passages)
    const words = text
      .replace(privateUse, '')
      .replace(/\s+([.,;:!?])/gu, '$1')
      .replace(/\s+/gu, ' ')
      .trim()
    if (!/[\p{L}\p{N}]/u.test(words)) {
      // A line of numbers alone belongs to the sentence before it.
      const last = spoken.at(-1)
      if (last) last.numbers = [...new Set([...last.numbers, ...numbers])]
      continue
    }
    spoken.push({ text: words, numbers: [...new Set(numbers)] })
  }
  return spoken
}

/** Cleans the text in between; no address or tag is pieced together across a number, since it ends a word. */
function keepMarks(text: string): string {
  // Cleaning takes private characters away, so they travel as words that nothing else can look like.
  const secret = `q${Math.random().toString(36).slice(2, 10).replace(/\d/g, 'x')}q`
  const travelling = text.replace(
    new RegExp(marks, 'gu'),
    (mark) => ` ${secret}${letters(mark.charCodeAt(0) - first)}${secret} `,
  )
  return plainText(travelling).replace(
    new RegExp(` ?${secret}([a-j]+)${secret} ?`, 'gu'),
    (_whole, number: string) => ` ${String.fromCharCode(first + numberOf(number))} `,
  )
}

function letters(number: number): string {
  return [...String(number)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
}

function numberOf(text: string): number {
  return Number([...text].map((letter) => letter.charCodeAt(0) - 97).join(''))
}
