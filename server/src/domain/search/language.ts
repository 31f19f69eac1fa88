/**
 * Tells the language of a text by its script and its commonest small words: cheap (one look-up a word over at most the first
 * 400 words), and honest: a text too short or too mixed to tell gives undefined.
 */
import { functionWords } from './function-words.ts'
import { tokenise, type Token } from './tokens.ts'

/** Word -> the languages that use it as a small word. A word shared by k languages counts 1/k for each. */
const evidence = new Map<string, string[]>()
for (const [language, words] of Object.entries(functionWords)) {
  for (const word of new Set(words.split(' '))) {
    const known = evidence.get(word)
    if (known) known.push(language)
    else evidence.set(word, [language])
  }
}

/** True for a small word of any known language. */
export const isSmallWord = (term: string): boolean => evidence.has(term)

/** Scripts that one language alone writes here: no small words needed. */
const byScript: [RegExp, string][] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/gu, 'ja'],
  [/\p{sc=Hangul}/gu, 'ko'],
  [/\p{sc=Thai}/gu, 'th'],
  [/\p{sc=Lao}/gu, 'lo'],
  [/\p{sc=Khmer}/gu, 'km'],
  [/\p{sc=Myanmar}/gu, 'my'],
  [/\p{sc=Greek}/gu, 'el'],
  [/\p{sc=Hebrew}/gu, 'he'],
  [/\p{sc=Armenian}/gu, 'hy'],
  [/\p{sc=Georgian}/gu, 'ka'],
  [/\p{sc=Tamil}/gu, 'ta'],
  [/\p{sc=Han}/gu, 'zh'],
]

const looked = 400
/** Share of the words that must be small words of the language, and the lead over the runner-up. */
const leastShare = 0.08
const leastWords = 3
const leastLead = 1.2

/** BCP 47 primary language of the text, or undefined where it cannot be told. Pass `tokens` where the text is tokenised already. */
export const detectLanguage = (text: string, tokens: Token[] = tokenise(text.slice(0, 4000))): string | undefined => {
  const sample = text.slice(0, 2000)
  const letters = sample.match(/\p{L}/gu)?.length ?? 0
  if (letters === 0) return undefined
  for (const [script, language] of byScript) {
    const found = sample.match(script)?.length ?? 0
    // Japanese mixes kana with Han: a tenth of kana is enough to tell it from Chinese.
    if (found / letters > (language === 'ja' ? 0.1 : 0.5)) return language
  }
  const scores = new Map<string, number>()
  let words = 0
  for (const token of tokens) {
    if (token.kind !== 'word') continue
    if (++words > looked) break
    const known = evidence.get(token.term)
    if (known) for (const language of known) scores.set(language, (scores.get(language) ?? 0) + 1 / known.length)
  }
  let best: string | undefined
  let bestScore = 0
  let second = 0
  for (const [language, score] of scores) {
    if (score > bestScore) [second, bestScore, best] = [bestScore, score, language]
    else if (score > second) second = score
  }
  if (bestScore < leastWords * 0.5 || bestScore / words < leastShare || bestScore < second * leastLead) return undefined
  return best
}
