/**
 * Plain text of a model while it speaks. Words pass on at once; from a sign that may begin markup or an address, everything
 * waits for the end of the sentence, so that no piece of a form leaves before the whole of it is seen.
 */
import { plainText } from './plain-text.ts'

const suspicious = /[[\](){}<>`\\&|#*_~$:/@!^=\u200B-\u200F\u202A-\u202E\u2060-\u206F]|\.\p{L}/u
const citation = /[[【]\s*\^?\s*\d{1,3}(?:\s*[,;&]\s*\d{1,3})*\s*[\]】]/gu
const waitsAtMost = 600

export type Draft = { /** Text to show after what was shown, or ''. */ add(piece: string): string }

export function createDraft(): Draft {
  let waiting = ''
  return {
    add(piece) {
      waiting += piece
      const end = releasable(waiting)
      if (end === 0) return ''
      const text = plainText(waiting.slice(0, end).replace(citation, ' '))
      waiting = waiting.slice(end)
      return text === '' ? '' : `${text} `
    },
  }
}

/** How much may go: up to the last space when nothing looks like more than words, else up to the last sentence's end. */
function releasable(text: string): number {
  const lastSpace = text.search(/\s\S*$/u)
  if (lastSpace < 0) return text.length > waitsAtMost ? text.length : 0
  const before = text.slice(0, lastSpace + 1)
  if (!suspicious.test(before)) return before.length
  const ends = [...before.matchAll(/[.!?。！？][)\]"'”’]*\s|\n/gu)].map((match) => match.index + match[0].length)
  for (const end of ends.reverse()) if (balanced(before.slice(0, end))) return end
  return before.length > waitsAtMost ? before.length : 0
}

function balanced(text: string): boolean {
  const count = (sign: string): number => text.split(sign).length - 1
  return (
    count('[') <= count(']') &&
    count('(') <= count(')') &&
    count('{') <= count('}') &&
    count('<') <= count('>') &&
    count('`') % 2 === 0
  )
}
