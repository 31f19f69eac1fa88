/**
 * What kind of thing a question asks for, and words that deny: small lists a language. They sharpen the decision to answer
 * and the choice of a sentence; a language that is not listed does without, and nothing else changes.
 */
import { tokenise } from '../search/index.ts'

export type AskedFor = 'name' | 'time' | 'amount'

type Cues = { name: string[]; time: string[]; amount: string[]; denial: string[] }
const list = (text: string): string[] => text.split(',').map((phrase) => phrase.trim())

const cues: Record<string, Cues> = {
  en: {
    name: list(
      'who, whom, whose, where, what country, which country, what city, which city, what place, what state, what region, what company, which company',
    ),
    time: list('when, what year, which year, what date, what month, what day, what century, what decade, how long ago'),
    amount: list(
      'how many, how much, how long, how old, how far, how tall, how large, how big, how high, how often, how fast, what percentage, what percent, what number, what amount, what proportion',
    ),
    denial: list(
      'not, no, never, t, none, nor, neither, without, cannot, except, lack, lacks, lacked, lacking, unable, fail, fails, failed, least, rarely, excluded, excluding, refuse, refused, incapable, unlike, impossible',
    ),
  },
  de: {
    name: list('wer, wen, wem, wessen, wo, woher, wohin, welches land, welche stadt, welche firma'),
    time: list('wann, welches jahr, welchem jahr, welchen monat, welches datum, welchem jahrhundert'),
    amount: list(
      'wie viel, wie viele, wieviel, wieviele, wie lange, wie alt, wie weit, wie hoch, wie groß, wie oft, wie viel prozent',
    ),
    denial: list(
      'nicht, kein, keine, keinen, keiner, keinem, nie, niemals, ohne, weder, außer, mangelt, unmöglich, selten',
    ),
  },
  es: {
    name: list('quién, quiénes, dónde, qué país, qué ciudad, qué empresa'),
    time: list('cuándo, qué año, en qué año, qué fecha, qué mes, qué siglo'),
    amount: list('cuánto, cuánta, cuántos, cuántas, qué porcentaje, qué cantidad'),
    denial: list('no, nunca, jamás, sin, ningún, ninguna, ni, excepto, salvo, imposible'),
  },
  fr: {
    name: list('qui, où, quel pays, quelle ville, quelle entreprise'),
    time: list('quand, quelle année, en quelle année, quelle date, quel mois, quel siècle'),
    amount: list('combien, quel pourcentage, quel nombre, quelle quantité'),
    denial: list('ne, pas, jamais, sans, aucun, aucune, ni, sauf, impossible'),
  },
  it: {
    name: list('chi, dove, quale paese, quale città, quale azienda'),
    time: list('quando, che anno, quale anno, quale data, quale secolo'),
    amount: list('quanto, quanta, quanti, quante, quale percentuale'),
    denial: list('non, mai, senza, nessun, nessuna, né, tranne, impossibile'),
  },
  zh: {
    name: list('谁, 哪里, 哪个, 何处'),
    time: list('何时, 哪年, 哪一年, 什么时候'),
    amount: list('多少, 几个, 多大, 多长'),
    denial: list('不, 没有, 没, 无, 非, 未'),
  },
  ar: {
    name: list('من, أين'),
    time: list('متى, أي عام, أي سنة'),
    amount: list('كم'),
    denial: list('لا, لم, لن, ليس, ليست, غير, بدون, ما'),
  },
}

/** Letters of a script without spaces are looked for as they stand; others as whole words. */
function holds(text: string, phrase: string): boolean {
  return /\p{scx=Han}/u.test(phrase) ? text.includes(phrase) : text.includes(` ${phrase} `)
}

function plain(text: string): string {
  const words = tokenise(text).filter(({ kind }) => kind === 'word')
  return words.length > 0 ? ` ${words.map(({ term }) => term).join(' ')} ` : text.toLowerCase()
}

/** `language`: of the question; null tries the languages in turn, and one with an answer is enough. */
export function askedFor(question: string, language: string | null): AskedFor | undefined {
  const text = plain(question)
  for (const [code, { amount, time, name }] of Object.entries(cues)) {
    if (language !== null && code !== language) continue
    const said = (phrases: string[]): boolean => phrases.some((phrase) => holds(text, phrase))
    if (said(amount)) return 'amount'
    if (said(time)) return 'time'
    if (said(name)) return 'name'
  }
  return undefined
}

/** True where the text denies something; undefined for a language whose words of denial are not listed. */
export function denies(text: string, language: string | null): boolean | undefined {
  const words = language === null ? undefined : cues[language]?.denial
  if (!words) return undefined
  const flat = plain(text)
  return words.some((word) => holds(flat, word))
}
