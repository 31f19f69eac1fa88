/** Found passages cut into sentences and words, once for everything that weighs them. */
import { detectLanguage, type FoundPassage, splitSentences } from '../search/index.ts'
import { coverage, wantedWords, type Wanted, wordsIn } from './words.ts'

export type AskedQuestion = {
  text: string
  /** BCP 47, null where it cannot be told. */
  language: string | null
  /** Its words without small words, with their worth among what the asker may see. */
  wanted: Wanted[]
}

export type ReadSentence = {
  text: string
  /** Characters [start, end) of the passage. */
  start: number
  end: number
  keys: ReadonlySet<string>
  /** Share of the wanted worth in this sentence. */
  coverage: number
  /** Cosine with the question; undefined without a model. */
  similarity: number | undefined
}

export type ReadPassage = {
  found: FoundPassage
  language: string | null
  keys: ReadonlySet<string>
  /** Words of title and headings: what the passage is about, said once for all its sentences. */
  about: ReadonlySet<string>
  sentences: ReadSentence[]
}

export function readQuestion(text: string, worth: ReadonlyMap<string, number>): AskedQuestion {
  return { text, language: detectLanguage(text) ?? null, wanted: wantedWords(worth) }
}

export function readPassage(found: FoundPassage, question: AskedQuestion): ReadPassage {
  const language = found.language
  const words = wordsIn(found.text, language)
  const about = new Set(
    [found.document.title.replaceAll('_', ' '), ...found.headings].flatMap((line) =>
      wordsIn(line, language).map(({ key }) => key),
    ),
  )
  const sentences = splitSentences(found.text).map(({ text, start, end }): ReadSentence => {
    const keys = new Set(words.filter((word) => word.start >= start && word.end <= end).map(({ key }) => key))
    return { text, start, end, keys, coverage: coverage(question.wanted, keys, language), similarity: undefined }
  })
  return { found, language, keys: new Set(words.map(({ key }) => key)), about, sentences }
}

/** The best that two neighbouring sentences cover together, 0 to 1. */
export function pairCoverage(passage: ReadPassage, question: AskedQuestion): number {
  let best = 0
  passage.sentences.forEach((sentence, i) => {
    const next = passage.sentences[i + 1]
    best = Math.max(
      best,
      next ? coverage(question.wanted, new Set([...sentence.keys, ...next.keys]), passage.language) : sentence.coverage,
    )
  })
  return best
}
