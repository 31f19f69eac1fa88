/**
 * Decides whether what was found answers the question. The decision listens to a list of sources; each gives a value between
 * 0 and 1, and a logistic model weighs them. A source that cannot speak (no model, a script without capitals) gives undefined
 * and counts with its neutral value, so that it neither helps nor harms.
 *
 * A model that reads question and passage joins as one more entry: its `value` awaits `Reader.support`, and the weights are
 * fitted anew with it.
 */
import { askedFor, denies } from './cues.ts'
import { namesIn } from './names.ts'
import { figuresIn, stands } from './numbers.ts'
import { agreement, type Weighed } from './rank.ts'
import { type AskedQuestion, pairCoverage } from './reading.ts'
import { tokenise } from '../search/index.ts'
import { keyOf } from './words.ts'

/** Reads a passage with the question in mind and says how well it answers it, 0 to 1. */
export interface Reader {
  readonly name: string
  support(question: string, passage: string, options: { signal: AbortSignal }): Promise<number>
}

/** What the sources look at: the question, and the ranked passages, best first, never empty. */
export type Seen = { question: AskedQuestion; ranked: readonly Weighed[] }

export type EvidenceSource = {
  name: string
  weight: number
  /** Its weight where meaning is away: words must then carry what meaning carried. */
  alone: number
  /** Stands in where the source has nothing to say: its mean over the questions it was fitted on. */
  neutral: number
  value(seen: Seen, signal: AbortSignal): number | undefined | Promise<number | undefined>
}

export type Evidence = { name: string; value: number | undefined }
export type Judgement = {
  /** Probability that the passages answer the question, 0 to 1. */
  answerable: number
  decision: 'answer' | 'doubt' | 'refuse'
  evidence: Evidence[]
}

const best = ({ ranked }: Seen): Weighed => ranked[0]!
/** [-3, 3] deviations onto [0, 1]. */
const unit = (deviations: number | undefined): number | undefined =>
  deviations === undefined ? undefined : (deviations + 3) / 6

/**
 * Weights and neutral values: logistic regression (ridge .003 on standardised values, Newton's method) on SQuAD 2's development
 * questions whose article falls in the first half (SHA-256 of its title, even): answerable against unanswerable, and against
 * the answerable ones once more with their whole article taken away; vectors of bge-small-en-v1.5. The other half of the
 * articles was left out; `npm run eval -- --answers` measures on it.
 */
export const sources: EvidenceSource[] = [
  {
    name: 'meaning.sentence',
    weight: 2.877,
    alone: 0,
    neutral: 0.499,
    value: (seen) => unit(best(seen).best.similarity),
  },
  { name: 'meaning.passage', weight: 2.058, alone: 0, neutral: 0.475, value: (seen) => unit(best(seen).nearness) },
  { name: 'words.sentence', weight: 0.221, alone: 1.211, neutral: 0.66, value: (seen) => best(seen).best.coverage },
  {
    name: 'words.pair',
    weight: 0.871,
    alone: 1.127,
    neutral: 0.711,
    value: (seen) => pairCoverage(best(seen).passage, seen.question),
  },
  {
    name: 'names.missing',
    weight: -0.768,
    alone: -1.141,
    neutral: 0.106,
    value: (seen) => {
      const { passage } = best(seen)
      const named = namesIn(seen.question.text, `${seen.question.text}\n${passage.found.text}`)
      if (named.length === 0) return undefined
      const here = (term: string): boolean =>
        passage.keys.has(keyOf(term, passage.language)) || passage.about.has(keyOf(term, passage.language))
      return named.filter(({ text }) => !tokenise(text).every(({ term }) => here(term))).length / named.length
    },
  },
  {
    name: 'numbers.missing',
    weight: -0.609,
    alone: -0.48,
    neutral: 0.465,
    value: (seen) => {
      const asked = figuresIn(seen.question.text)
      const here = figuresIn(best(seen).best.text)
      return asked.length === 0 ? undefined : asked.filter((figure) => !stands(figure, here)).length / asked.length
    },
  },
  {
    name: 'kind.agrees',
    weight: 0.927,
    alone: 0.637,
    neutral: 0.795,
    value: (seen) =>
      agreement(
        best(seen).best,
        best(seen).passage,
        seen.question,
        askedFor(seen.question.text, seen.question.language),
      ),
  },
  {
    // The question denies what the sentence does not deny.
    name: 'denial.differs',
    weight: -2.931,
    alone: -2.81,
    neutral: 0.088,
    value: (seen) => {
      const language = seen.question.language ?? best(seen).passage.language
      const [asked, said] = [
        denies(seen.question.text, language),
        denies(best(seen).best.text, best(seen).passage.language),
      ]
      return asked === undefined || said === undefined ? undefined : asked && !said ? 1 : 0
    },
  },
]
const bias = { together: -3.641, alone: -1.925 }

/**
 * Below `refuse` the answerer says that it found nothing: there one in a hundred answerable questions of the first half is
 * lost (two where words decide alone). Below `doubt`, one in twenty (ten), it shows what it found and says that it is not sure.
 */
const decisions = { together: { refuse: 0.085, doubt: 0.2 }, alone: { refuse: 0.143, doubt: 0.294 } }

/** Weighs all of `list`, in order. Never empty: `seen.ranked` has a passage. */
export async function weighEvidence(
  seen: Seen,
  signal: AbortSignal,
  list: readonly EvidenceSource[] = sources,
): Promise<Judgement> {
  const evidence: Evidence[] = []
  for (const { name, value } of list) evidence.push({ name, value: await value(seen, signal) })
  const way = best(seen).best.similarity === undefined ? 'alone' : 'together'
  const sum = list.reduce(
    (so, source, i) => so + (way === 'alone' ? source.alone : source.weight) * (evidence[i]!.value ?? source.neutral),
    bias[way],
  )
  const answerable = 1 / (1 + Math.exp(-sum))
  const { refuse, doubt } = decisions[way]
  return { answerable, decision: answerable < refuse ? 'refuse' : answerable < doubt ? 'doubt' : 'answer', evidence }
}
