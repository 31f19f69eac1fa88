/** Reads evaluation sets in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels*.tsv. The qrels choose the questions. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Entry = { id: string; title: string; text: string }
export type Question = {
  id: string
  text: string
  /** Corpus id -> grade, above 0. */
  relevant: Map<string, number>
  metadata: Record<string, unknown>
}

type Line = { _id: string; title?: string; text: string; metadata?: Record<string, unknown> }

const lines = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line)

export const isSet = (folder: string): boolean =>
  existsSync(join(folder, 'corpus.jsonl')) && existsSync(join(folder, 'queries.jsonl'))

export const readCorpus = (folder: string): Entry[] =>
  lines(join(folder, 'corpus.jsonl')).map(({ _id, title, text }) => ({ id: _id, title: title ?? '', text }))

/** Questions named in the qrels file, in its order. `questionsFrom`: the same ids in another language's folder. */
export const readQuestions = (folder: string, qrels = 'qrels.tsv', questionsFrom = folder): Question[] => {
  const known = new Map(lines(join(questionsFrom, 'queries.jsonl')).map((line) => [line._id, line]))
  const questions = new Map<string, Question>()
  for (const row of readFileSync(join(folder, qrels), 'utf8').split('\n').slice(1)) {
    const [id, entry, grade] = row.trim().split('\t')
    const line = known.get(id ?? '')
    if (!line || !entry || !(Number(grade) > 0)) continue
    const question = questions.get(line._id) ?? {
      id: line._id,
      text: line.text,
      relevant: new Map<string, number>(),
      metadata: line.metadata ?? {},
    }
    question.relevant.set(entry, Number(grade))
    questions.set(line._id, question)
  }
  return [...questions.values()]
}
