/**
 * Answers through the public API: are sentences cited and word for word, is the first citation the right passage, does the
 * answer hold the right words, and does the confidence tell questions that can be answered from those that cannot. Weights of
 * the decision were fitted on the first half of the articles; refusal is measured on the second.
 */
import { createHash } from 'node:crypto'
import { findPassages, splitSentences } from '../../src/domain/search/index.ts'
import type { Answer } from '../../src/domain/answers/index.ts'
import type { LocalEmbedder } from '../../src/platform/ai/index.ts'
import { type House, ingest, openHouse } from './house.ts'
import { mean } from './measure.ts'
import { type Figure, meanFigure } from './results.ts'
import { type Question, readCorpus, readQuestions } from './sets.ts'

type Said = (line: string) => void

/** One question with all that is measured of it. */
type Outcome = {
  answerable: boolean
  /** Second half of the articles: not seen when the decision was fitted. */
  held: boolean
  status: Answer['status']
  confidence: number
  lexical: number
  dense: number
  verbatim: number[]
  gold: boolean
  contains: boolean
}

/** Which half an article falls in: 0 was fitted on, 1 is measured. */
export const halfOf = (title: string): 0 | 1 =>
  parseInt(createHash('sha256').update(title).digest('hex').slice(0, 8), 16) % 2 === 0 ? 0 : 1

/** Area under the ROC curve by ranks (Mann and Whitney), ties shared. 1: every positive above every negative. */
export const auroc = (positive: readonly number[], negative: readonly number[]): number => {
  const all = [
    ...positive.map((value) => ({ value, good: true })),
    ...negative.map((value) => ({ value, good: false })),
  ].sort((a, b) => a.value - b.value)
  let ranks = 0
  for (let i = 0; i < all.length;) {
    let j = i
    while (j < all.length && all[j]!.value === all[i]!.value) j++
    for (let k = i; k < j; k++) if (all[k]!.good) ranks += (i + j + 1) / 2
    i = j
  }
  return (ranks - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length)
}

/** SQuAD 2's layout: `qrels.tsv` with questions that can be answered, `qrels.unanswerable.tsv` with others. */
export const evaluateAnswers = async (
  folder: string,
  model: string,
  embedder: LocalEmbedder,
  say: Said,
  sample?: number,
): Promise<Figure[]> => {
  const corpus = readCorpus(folder)
  const titles = new Map(corpus.map(({ id, title }) => [id, title]))
  const house = await openHouse(embedder)
  try {
    await ingest(house, corpus, () => {})
    say(`${corpus.length} passages brought in`)
    // The product embeds sentences within a budget of time; figures are those of a machine that is in no hurry.
    const sentences = corpus.flatMap(({ text }) => splitSentences(text).map((sentence) => sentence.text))
    for (let at = 0; at < sentences.length; at += 256) await embedder.embed('passage', sentences.slice(at, at + 256))
    say(`${sentences.length} sentences embedded`)
    const asked = [
      ...spread(readQuestions(folder), sample).map((question) => ({ question, answerable: true })),
      ...spread(readQuestions(folder, 'qrels.unanswerable.tsv'), sample).map((question) => ({
        question,
        answerable: false,
      })),
    ]
    const outcomes: Outcome[] = []
    for (const { question, answerable } of asked) {
      const [gold] = question.relevant.keys()
      outcomes.push(await outcomeOf(house, question, answerable, halfOf(titles.get(gold ?? '') ?? '') === 1))
      if (outcomes.length % 500 === 0) say(`${outcomes.length} of ${asked.length} questions asked`)
    }
    return figuresOf(outcomes, model)
  } finally {
    await house.close()
  }
}

/** At most `sample` of them, evenly spread. */
const spread = <T>(list: readonly T[], sample: number | undefined): T[] =>
  sample === undefined || sample >= list.length
    ? [...list]
    : Array.from({ length: sample }, (_, i) => list[Math.floor((i * list.length) / sample)]!)

const outcomeOf = async (house: House, question: Question, answerable: boolean, held: boolean): Promise<Outcome> => {
  const answer = await askThrough(house, question.text)
  const found = await findPassages(house.scope, { question: question.text, limit: 8 })
  const text = answer.sentences.map((sentence) => sentence.text).join('\n')
  const golds = (question.metadata['answers'] as { text: string }[] | undefined) ?? []
  const first = answer.citations[0]
  return {
    answerable,
    held,
    status: answer.status,
    confidence: answer.confidence ?? 0,
    lexical: Math.max(0, ...found.passages.map(({ share }) => share)),
    dense: Math.max(0, ...found.passages.map(({ similarity }) => similarity ?? 0)),
    verbatim: answer.sentences.map((sentence) => (standsCited(answer, sentence) ? 1 : 0)),
    gold:
      first?.documentId !== null &&
      first !== undefined &&
      question.relevant.has(house.entryOf.get(first.documentId ?? '') ?? ''),
    contains: golds.some((gold) => text.includes(gold.text)),
  }
}

/** Cited, and the very characters that its citation points at. */
const standsCited = (answer: Answer, sentence: Answer['sentences'][number]): boolean =>
  sentence.citations.length > 0 &&
  sentence.citations.some((number) => {
    const citation = answer.citations.find((one) => one.number === number)
    return citation?.quote?.slice(citation.start ?? 0, citation.end ?? 0) === sentence.text && sentence.text !== ''
  })

/** Asks with the key over server-sent events, as a script would, and reads the answer again. */
const askThrough = async (house: House, question: string): Promise<Answer> => {
  const events = await house.stream('/api/answers', { question })
  const started = events.find(({ event }) => event === 'started')
  if (!started)
    throw new Error(`No answer was started: ${events.map(({ event, data }) => `${event} ${data}`).join('; ')}`)
  return house.get<Answer>(`/api/answers/${(JSON.parse(started.data) as { answerId: string }).answerId}`, {})
}

const figuresOf = (outcomes: readonly Outcome[], model: string): Figure[] => {
  const more = { model }
  const yes = outcomes.filter(({ answerable }) => answerable)
  const answered = yes.filter(({ status }) => status === 'answered')
  const zeroOne = (list: readonly Outcome[], what: (outcome: Outcome) => boolean): number[] =>
    list.map((outcome) => (what(outcome) ? 1 : 0))
  const held = outcomes.filter((outcome) => outcome.held)
  const area = (name: string, list: readonly Outcome[], of: (outcome: Outcome) => number): Figure => ({
    name,
    unit: 'AUROC',
    n: list.length,
    model,
    value: auroc(
      list.filter(({ answerable }) => answerable).map(of),
      list.filter(({ answerable }) => !answerable).map(of),
    ),
  })
  return [
    meanFigure(
      'squad2.sentence.verbatim',
      'share of sentences',
      outcomes.flatMap(({ verbatim }) => verbatim),
      more,
    ),
    // A refusal counts as a miss here; among the answered alone it does not.
    meanFigure(
      'squad2.citation.gold',
      'share of answerable',
      zeroOne(yes, ({ gold }) => gold),
      more,
    ),
    meanFigure(
      'squad2.citation.gold.held',
      'share of answerable',
      zeroOne(
        yes.filter((one) => one.held),
        ({ gold }) => gold,
      ),
      more,
    ),
    meanFigure(
      'squad2.citation.gold.answered',
      'share of answered',
      zeroOne(answered, ({ gold }) => gold),
      more,
    ),
    meanFigure(
      'squad2.answer.contains',
      'share of answerable',
      zeroOne(yes, ({ contains }) => contains),
      more,
    ),
    meanFigure(
      'squad2.answer.contains.answered',
      'share of answered',
      zeroOne(answered, ({ contains }) => contains),
      more,
    ),
    {
      name: 'squad2.answer.sentences',
      unit: 'mean sentences',
      n: answered.length,
      value: mean(answered.map(({ verbatim }) => verbatim.length)),
      model,
    },
    area('squad2.refusal.auroc', held, ({ confidence }) => confidence),
    area(
      'squad2.refusal.auroc.fitted',
      outcomes.filter((one) => !one.held),
      ({ confidence }) => confidence,
    ),
    area('squad2.refusal.auroc.lexical', held, ({ lexical }) => lexical),
    area('squad2.refusal.auroc.dense', held, ({ dense }) => dense),
    meanFigure(
      'squad2.refusal.right',
      'share of unanswerable refused',
      zeroOne(
        held.filter(({ answerable }) => !answerable),
        ({ status }) => status === 'refused',
      ),
      more,
    ),
    meanFigure(
      'squad2.refusal.false',
      'share of answerable refused',
      zeroOne(
        held.filter(({ answerable }) => answerable),
        ({ status }) => status === 'refused',
      ),
      more,
    ),
    ...curve(outcomes, model),
  ]
}

/** Thresholds that lose so many answerable questions of the first half; what they refuse of the second. */
const curve = (outcomes: readonly Outcome[], model: string): Figure[] => {
  const fitted = outcomes
    .filter((one) => !one.held && one.answerable)
    .map(({ confidence }) => confidence)
    .sort((a, b) => a - b)
  const held = outcomes.filter((one) => one.held)
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5].flatMap((loss) => {
    const threshold = fitted[Math.floor(loss * fitted.length)] ?? 0
    const refused = (answerable: boolean): number[] =>
      held.filter((one) => one.answerable === answerable).map(({ confidence }) => (confidence < threshold ? 1 : 0))
    return [
      meanFigure(
        `squad2.refusal.curve.${loss}.right`,
        `share of unanswerable refused below ${threshold.toFixed(3)}`,
        refused(false),
        { model },
      ),
      meanFigure(
        `squad2.refusal.curve.${loss}.false`,
        `share of answerable refused below ${threshold.toFixed(3)}`,
        refused(true),
        { model },
      ),
    ]
  })
}
