/** Chooses among found passages the one that answers, and in it the sentence. */
import { askedFor, type AskedFor } from './cues.ts'
import { namesIn } from './names.ts'
import { figuresIn, stands } from './numbers.ts'
import { type AskedQuestion, pairCoverage, type ReadPassage, type ReadSentence } from './reading.ts'
import { coverage, keyOf } from './words.ts'
import { isSmallWord, tokenise } from '../search/index.ts'

export type Weighed = {
  passage: ReadPassage
  /** Of the passage in the measure of `ReadSentence.similarity`. */
  nearness: number | undefined
  /** Share of the wanted words in passage, title and headings. */
  covered: number
  /** Comparable within one question. */
  score: number
  best: ReadSentence
}

/**
 * Fitted as a softmax over the first eight passages of each question, gold passage against the others, on the 5,915 spare
 * questions of SQuAD 2 (those set aside for tuning); 500 steps of Adam on the log-likelihood.
 */
const passageWeights = { retrieval: 6, nearness: 0.59, covered: 4.81, sentence: 0.91, joint: 2.91, pair: 1.96 }
/** Cosine in the joint term counts so much beside coverage. */
const jointMeaning = 0.11

/** Best first. A passage without a sentence is left out. */
export function rankPassages(
  passages: readonly { passage: ReadPassage; nearness: number | undefined }[],
  question: AskedQuestion,
): Weighed[] {
  const wants = askedFor(question.text, question.language)
  const w = passageWeights
  return passages
    .flatMap(({ passage, nearness }) => {
      const sentences = passage.sentences
      if (sentences.length === 0) return []
      const covered = coverage(question.wanted, new Set([...passage.keys, ...passage.about]), passage.language)
      const nearest = Math.max(...sentences.map(({ similarity }) => similarity ?? 0))
      const joint = Math.max(
        ...sentences.map((sentence) => sentence.coverage + jointMeaning * (sentence.similarity ?? 0)),
      )
      const score =
        w.retrieval * passage.found.score +
        w.nearness * (nearness ?? 0) +
        w.covered * covered +
        w.sentence * nearest +
        w.joint * joint +
        w.pair * pairCoverage(passage, question)
      return [{ passage, nearness, covered, score, best: rankSentences(passage, question, wants)[0]!.sentence }]
    })
    .sort((a, b) => b.score - a.score)
}

/**
 * Fitted as a softmax over the sentences of the gold passage, those that hold a gold answer against the others, on the first
 * half of the articles of SQuAD 2 (by hash of the title).
 */
const sentenceWeights = { coverage: 4.6, nearness: 0.98, agrees: 1.59, first: -0.68 }

export function rankSentences(
  passage: ReadPassage,
  question: AskedQuestion,
  wants = askedFor(question.text, question.language),
): { sentence: ReadSentence; score: number }[] {
  const w = sentenceWeights
  return passage.sentences
    .map((sentence, i) => ({
      sentence,
      score:
        w.coverage * sentence.coverage +
        w.nearness * (sentence.similarity ?? 0) +
        w.agrees * (agreement(sentence, passage, question, wants) ?? 0.5) +
        (i === 0 ? w.first : 0),
    }))
    .sort((a, b) => b.score - a.score || a.sentence.start - b.sentence.start)
}

/**
 * Whether a sentence holds a thing of the kind asked for that the question does not name itself: 1 yes, 0 no, undefined where
 * the question does not say what kind, or the script does not show names.
 */
export function agreement(
  sentence: ReadSentence,
  passage: ReadPassage,
  question: AskedQuestion,
  wants: AskedFor | undefined,
): number | undefined {
  if (wants === undefined) return undefined
  if (wants === 'name') {
    if (!/\p{Lu}/u.test(passage.found.text)) return undefined
    const asked = new Set(tokenise(question.text).map(({ term }) => keyOf(term, passage.language)))
    const fresh = namesIn(sentence.text, passage.found.text).some(({ text }) =>
      tokenise(text).some(({ term }) => !asked.has(keyOf(term, passage.language)) && !isSmallWord(term)),
    )
    return fresh ? 1 : 0
  }
  const known = figuresIn(question.text)
  const fresh = figuresIn(sentence.text).filter((figure) => !stands(figure, known))
  if (wants === 'amount') return fresh.some((figure) => figure.kind === 'number') ? 1 : 0
  return fresh.some(
    (figure) =>
      figure.kind === 'date' || figure.readings.some((one) => Number.isInteger(one) && one >= 100 && one < 3000),
  ) || /\p{N}(?:st|nd|rd|th)\b|世纪|年/u.test(sentence.text)
    ? 1
    : 0
}
