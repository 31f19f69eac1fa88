/**
 * Which written forms count as the same word. The index keeps real words; a question's word meets
 *   1. the very same form,
 *   2. forms equal but for accents and other marks that people leave out when typing ("muller" meets "Müller"),
 *   3. forms with the same stem IN THE LANGUAGE OF THE PASSAGE they stand in.
 * The language of the question is never guessed: each passage brings its own stemmer to the comparison. So the answer depends
 * on the question and on that passage alone, and one rule serves every language.
 */
import snowball from 'snowball-stemmers'

/** Languages whose stemmer exists, in fixed order: the position is the bit in language masks. */
export const stemmedLanguages = [
  'ar',
  'hy',
  'eu',
  'ca',
  'cs',
  'da',
  'nl',
  'en',
  'fi',
  'fr',
  'de',
  'hu',
  'it',
  'ga',
  'no',
  'pt',
  'ro',
  'ru',
  'es',
  'sl',
  'sv',
  'ta',
  'tr',
] as const

const algorithms: Record<(typeof stemmedLanguages)[number], string> = {
  ar: 'arabic',
  hy: 'armenian',
  eu: 'basque',
  ca: 'catalan',
  cs: 'czech',
  da: 'danish',
  nl: 'dutch',
  en: 'english',
  fi: 'finnish',
  fr: 'french',
  de: 'german',
  hu: 'hungarian',
  it: 'italian',
  ga: 'irish',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  es: 'spanish',
  sl: 'slovene',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
}

const stemmers = new Map<string, { stem(word: string): string }>()

/** Code points that fold to others without being marks over a letter. */
const letters: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  þ: 'th',
  ð: 'd',
  ى: 'ي',
  ة: 'ه',
  ـ: '',
}
const odd = /[ßøłđæœıþðىةـ]/g
const foldable = /[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}\p{scx=Arabic}\p{scx=Hebrew}]/u

const ascii = /^[\x00-\x7F]*$/

/** The form without accents, vowel points and letter variants; scripts whose marks carry the vowels stay as they are. */
export const fold = (term: string): string => {
  if (ascii.test(term) || !foldable.test(term)) return term
  return term
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(odd, (letter) => letters[letter] ?? letter)
    .normalize('NFC')
}

const stemmable = /^\p{L}[\p{L}\p{M}]{2,}$/u

/** Stems met lately, by language: texts repeat their words, and a stemmer takes microseconds. */
const met = new Map<string, Map<string, string>>()
const mostMet = 50_000

/** Key of the class a form belongs to in a language: its stem without accents. A form that has no stem is its own class. */
export const classKey = (term: string, language: string): string => {
  let keys = met.get(language)
  const known = keys?.get(term)
  if (known !== undefined) return known
  const algorithm = algorithms[language as keyof typeof algorithms]
  if (!algorithm) return fold(term)
  if (!keys || keys.size >= mostMet) met.set(language, (keys = new Map()))
  const key = fold((stemmable.test(term) && stem(term, language, algorithm)) || term)
  keys.set(term, key)
  return key
}

const stem = (term: string, language: string, algorithm: string): string => {
  let stemmer = stemmers.get(language)
  if (!stemmer) {
    stemmer = snowball.newStemmer(algorithm)
    stemmers.set(language, stemmer)
  }
  return stemmer.stem(term)
}

export const languageCode = (language: string | undefined): number => {
  const index = stemmedLanguages.indexOf(language as (typeof stemmedLanguages)[number])
  return index < 0 ? 0 : index + 1
}
