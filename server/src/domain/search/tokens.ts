/**
 * The one tokeniser, for documents and questions alike. Its version is stored with every postings blob: raise it whenever the
 * same text would give other terms, and old blobs are written anew.
 *
 * - A word is a run of letters, marks and numbers; marks belong to their letters, or Indic words fall apart at their vowel signs.
 * - Scripts written without spaces, and Hangul, whose particles cling to the word, give character bigrams inside each run,
 *   whatever the language of the rest: documents mix.
 * - Codes (part, clause and case numbers, file names, mail addresses) are kept whole beside their parts: "AB-12/3" gives
 *   ab, 12, 3 and ab-12/3; "§ 4.2" gives 4, 2, 4.2 and §4.2.
 * - Words stay as they are written (NFKC, lower case). Stems and folded accents are met at question time (see `word-classes.ts`),
 *   so that the index keeps real words to suggest and to correct with.
 */
export const TOKENS_VERSION = 1

export type TokenKind = 'word' | 'bigram' | 'code'

/** `term` in the form that is indexed; characters [start, end) of the given text are what it came from. */
export type Token = { term: string; start: number; end: number; kind: TokenKind }

const RUN = '[\\p{L}\\p{M}\\p{N}\\u00AD\\u200B-\\u200D]+'
const JOINERS = "[-\\u2010-\\u2015\\u2212/\\\\._+:#@&'\\u2019,]"
const chains = new RegExp(`(§{1,2}\\s?)?${RUN}(?:${JOINERS}${RUN})*(?:\\+\\+|#)?`, 'gu')
const runs = new RegExp(RUN, 'gu')
const spaceless =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Hangul}]/u
const spacelessSplit =
  /([\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Hangul}]+)/u
const plainAscii = /^[A-Za-z0-9]+$/
const digit = /\p{N}/u
const fileName = /\.[a-z][a-z0-9]{1,4}$/
const invisible = /[\u00AD\u200B-\u200D]/g
const dashes = /[\u2010-\u2015\u2212]/g
const longest = 64

/** The indexed form of one word. Shape: NFKC, lower case, no invisible joiners. */
export const normalWord = (raw: string): string =>
  plainAscii.test(raw) ? raw.toLowerCase() : raw.normalize('NFKC').toLowerCase().replace(invisible, '')

export const tokenise = (text: string): Token[] => {
  const tokens: Token[] = []
  for (const chain of text.matchAll(chains)) {
    const whole = chain[0]
    const at = chain.index
    let parts = 0
    runs.lastIndex = 0
    for (let run = runs.exec(whole); run; run = runs.exec(whole)) {
      parts++
      pushRun(tokens, run[0], at + run.index)
    }
    const code = parts > 1 || chain[1] || whole.endsWith('+') || whole.endsWith('#') ? codeOf(whole) : undefined
    if (code) tokens.push({ term: code, start: at, end: at + whole.length, kind: 'code' })
    if (code && chain[1] && parts > 1) {
      const start = at + chain[1].length
      tokens.push({ term: code.slice(1), start, end: at + whole.length, kind: 'code' })
    }
  }
  return tokens
}

const pushRun = (tokens: Token[], raw: string, at: number): void => {
  if (plainAscii.test(raw) || !spaceless.test(raw)) {
    const term = normalWord(raw)
    if (term !== '') tokens.push({ term: term.slice(0, longest), start: at, end: at + raw.length, kind: 'word' })
    return
  }
  let start = at
  for (const piece of raw.split(spacelessSplit)) {
    if (piece === '') continue
    if (spaceless.test(piece)) pushBigrams(tokens, piece, start)
    else {
      const term = normalWord(piece)
      if (term !== '') tokens.push({ term: term.slice(0, longest), start, end: start + piece.length, kind: 'word' })
    }
    start += piece.length
  }
}

const pushBigrams = (tokens: Token[], piece: string, at: number): void => {
  const letters = [...piece]
  if (letters.length === 1) {
    tokens.push({ term: normalWord(piece), start: at, end: at + piece.length, kind: 'bigram' })
    return
  }
  let start = at
  for (let i = 0; i + 1 < letters.length; i++) {
    const pair = letters[i]! + letters[i + 1]!
    tokens.push({ term: normalWord(pair), start, end: start + pair.length, kind: 'bigram' })
    start += letters[i]!.length
  }
}

/** A chain of runs is a code when it holds a digit, or is a file name or a mail address; "follow-up" is just two words. */
const codeOf = (whole: string): string | undefined => {
  const term = normalWord(whole).replace(dashes, '-').replace(/\s/g, '').replace('§§', '§')
  if (term.length > longest) return undefined
  const isCode =
    digit.test(term) ||
    term.includes('@') ||
    fileName.test(term) ||
    term.startsWith('§') ||
    /^\p{L}(\+\+|#)$/u.test(term)
  return isCode ? term : undefined
}

/** True for one letter of a script without spaces: such a question must look inside the bigrams. */
export const isLoneLetter = (term: string): boolean => [...term].length === 1 && spaceless.test(term)
