/** Finds quoted words in a text: the same words in the same order with nothing but marks and spaces between them. */
import { tokenise, type Token } from './tokens.ts'
import { fold } from './word-classes.ts'

export type Span = { start: number; end: number }

/** Where the phrase stands in the text, each place once; accents and case do not count. */
export const findPhrase = (text: string, phrase: string, tokens: Token[] = tokenise(text)): Span[] => {
  const wanted = tokenise(phrase)
    .filter((token) => token.kind !== 'code')
    .map((token) => fold(token.term))
  if (wanted.length === 0) return []
  const spans: Span[] = []
  const words = tokens.filter((token) => token.kind !== 'code')
  for (let i = 0; i + wanted.length <= words.length; i++) {
    if (wanted.every((term, k) => fold(words[i + k]!.term) === term)) {
      spans.push({ start: words[i]!.start, end: words[i + wanted.length - 1]!.end })
    }
  }
  return spans
}
