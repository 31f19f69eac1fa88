/** Ranking through the public search door: words alone, meaning alone, both. */
import type { z } from 'zod'
import type { SearchResults } from '../../src/domain/search/index.ts'
import type { LocalEmbedder } from '../../src/platform/ai/index.ts'
import { type House, ingest, openHouse } from './house.ts'
import { ndcg } from './measure.ts'
import { type Figure, meanFigure } from './results.ts'
import { type Question, readCorpus, readQuestions } from './sets.ts'

export type Mode = 'lexical' | 'semantic' | 'hybrid'
export const modes: Mode[] = ['lexical', 'semantic', 'hybrid']
/** What a half is called in the names of figures. */
export const nameOf: Record<Mode, string> = { lexical: 'lexical', semantic: 'dense', hybrid: 'hybrid' }

export type Said = (line: string) => void

/** nDCG@10 of each question. */
export const askAll = async (house: House, questions: readonly Question[], mode: Mode): Promise<number[]> => {
  const values: number[] = []
  for (const question of questions) {
    const results = await house.get<z.infer<typeof SearchResults>>('/api/search', {
      q: plain(question.text),
      mode,
      limit: '10',
    })
    if (mode !== 'lexical' && results.degraded) throw new Error(`Search by meaning took no part: ${results.degraded}`)
    values.push(
      ndcg(
        results.hits.map((hit) => house.entryOf.get(hit.document.id) ?? ''),
        question.relevant,
      ),
    )
  }
  return values
}

/** Questions of a set are sentences: a quotation in one is no demand for a phrase. */
const plain = (text: string): string => text.replace(/["“”„]/g, ' ').replace(/(^|\s)-(?=\S)/g, '$1')

/** A person with the corpus of `folder`, ready to be asked. */
export const houseOf = async (folder: string, embedder: LocalEmbedder, say: Said): Promise<House> => {
  const house = await openHouse(embedder)
  const corpus = readCorpus(folder)
  let last = Date.now()
  await ingest(house, corpus, (done) => {
    if (Date.now() - last < 20_000 && done < corpus.length) return
    last = Date.now()
    say(`  ${folder}: ${done} of ${corpus.length} entries in`)
  })
  return house
}

export type Task = {
  folder: string
  name: string
  model: string
  /** At most so many questions, spread evenly over the file. */
  sample: number | undefined
}

const some = (questions: Question[], sample: number | undefined): Question[] => {
  if (sample === undefined || questions.length <= sample) return questions
  return Array.from({ length: sample }, (_, i) => questions[Math.floor((i * questions.length) / sample)]!)
}

/** One corpus, its own questions: the three ways side by side. */
export const evaluateSet = async (
  { folder, name, model, sample }: Task,
  embedder: LocalEmbedder,
  say: Said,
): Promise<Figure[]> => {
  const house = await houseOf(folder, embedder, say)
  try {
    const questions = some(readQuestions(folder), sample)
    const figures: Figure[] = []
    for (const mode of modes) {
      const started = Date.now()
      const values = await askAll(house, questions, mode)
      figures.push(
        meanFigure(`${name}.${nameOf[mode]}.ndcg10`, 'nDCG@10', values, {
          model,
          seconds: (Date.now() - started) / 1000,
        }),
      )
    }
    return figures
  } finally {
    await house.close()
  }
}

const languages = ['en', 'de', 'es', 'zh', 'ar']

/**
 * XQuAD: the same passages and questions in several languages. `mono` asks each language about its own passages, `cross`
 * asks in all others over the English ones. The plain names are hybrid search; the mean of the languages is the figure.
 */
export const evaluateXquad = async (
  { folder, model, sample }: Task,
  embedder: LocalEmbedder,
  say: Said,
): Promise<Figure[]> => {
  const mono = new Map<Mode, number[]>(modes.map((mode) => [mode, []]))
  const cross = new Map<Mode, number[]>(modes.map((mode) => [mode, []]))
  const figures: Figure[] = []
  for (const language of languages) {
    const house = await houseOf(`${folder}/${language}`, embedder, say)
    try {
      for (const mode of modes) {
        const values = await askAll(house, some(readQuestions(`${folder}/${language}`), sample), mode)
        mono.get(mode)!.push(...values)
        figures.push(meanFigure(`xquad.${language}.${nameOf[mode]}.ndcg10`, 'nDCG@10', values, { model }))
        if (language !== 'en') continue
        for (const other of languages.slice(1)) {
          const crossed = await askAll(
            house,
            some(readQuestions(`${folder}/en`, 'qrels.tsv', `${folder}/${other}`), sample),
            mode,
          )
          cross.get(mode)!.push(...crossed)
          figures.push(meanFigure(`xquad.${other}-en.${nameOf[mode]}.ndcg10`, 'nDCG@10', crossed, { model }))
        }
      }
    } finally {
      await house.close()
    }
  }
  for (const [kind, byMode] of [
    ['mono', mono],
    ['cross', cross],
  ] as const) {
    for (const mode of modes) {
      const name = mode === 'hybrid' ? `xquad.${kind}.ndcg10` : `xquad.${kind}.${nameOf[mode]}.ndcg10`
      figures.push(meanFigure(name, 'nDCG@10', byMode.get(mode)!, { model }))
    }
  }
  return figures
}
