/** How well the check of a sentence against its source separates support from the rest, on SciFact's evidence rows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cited, checkSentence } from '../../src/domain/answers/check.ts'
import { isSmallWord, splitSentences, tokenise } from '../../src/domain/search/index.ts'
import { auroc } from './answers-evaluation.ts'
import { type Figure, meanFigure } from './results.ts'
import { readCorpus } from './sets.ts'

type Row = { query_id: string; corpus_id: string; label: 'SUPPORT' | 'CONTRADICT'; sentences: string[] }

const lines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T)

/**
 * Claims against the sentences that support them, against a sentence of another claim's evidence, against another sentence of
 * the same abstract, and against sentences that contradict them. A fixed walk through the rows stands in for chance.
 */
export const evaluateCheck = (folder: string): Figure[] => {
  const corpus = readCorpus(folder)
  const abstracts = new Map(corpus.map(({ id, text }) => [id, text]))
  const claims = new Map(
    lines<{ _id: string; text: string }>(join(folder, 'queries.jsonl')).map(({ _id, text }) => [_id, text]),
  )
  const rows = lines<Row>(join(folder, 'evidence.jsonl'))
  const documents = new Map<string, number>()
  for (const { title, text } of corpus)
    for (const term of new Set(tokenise(`${title}\n${text}`).map((token) => token.term)))
      documents.set(term, (documents.get(term) ?? 0) + 1)
  const worthOf = (claim: string): Map<string, number> =>
    new Map(
      tokenise(claim).map(({ term }) => [
        term,
        (isSmallWord(term) ? 0.5 : 1) * Math.log(1 + (corpus.length + 1) / ((documents.get(term) ?? 0) + 0.5)),
      ]),
    )
  const cited = (texts: readonly string[]): Cited[] => [{ text: texts.join('\n'), language: 'en', about: '' }]
  const check = (row: Row, texts: readonly string[]) =>
    checkSentence(claims.get(row.query_id)!, cited(texts), worthOf(claims.get(row.query_id)!))

  const supporting = rows.filter(({ label }) => label === 'SUPPORT')
  const support = supporting.map((row) => check(row, row.sentences))
  const random = supporting.map((row, i) => check(row, rows[(i * 7 + 311) % rows.length]!.sentences))
  const nearby = supporting.flatMap((row, i) => {
    const others = splitSentences(abstracts.get(row.corpus_id) ?? '')
      .map(({ text }) => text)
      .filter((text) => !row.sentences.some((one) => one.includes(text) || text.includes(one)))
    return others.length === 0 ? [] : [check(row, [others[(i * 5) % others.length]!])]
  })
  const against = rows.filter(({ label }) => label === 'CONTRADICT').map((row) => check(row, row.sentences))
  const covered = (list: readonly { covered: number }[]): number[] => list.map((one) => one.covered)
  const area = (name: string, negative: readonly { covered: number }[]): Figure => ({
    name,
    unit: 'AUROC',
    n: support.length + negative.length,
    value: auroc(covered(support), covered(negative)),
  })
  const share = (name: string, list: readonly { support: string }[], what: string): Figure =>
    meanFigure(
      name,
      `share ${what}`,
      list.map((one) => (one.support === what ? 1 : 0)),
    )
  return [
    area('scifact.check.auroc.random', random),
    area('scifact.check.auroc.same-abstract', nearby),
    area('scifact.check.auroc.contradict', against),
    share('scifact.check.support.supported', support, 'supported'),
    share('scifact.check.support.unsupported', support, 'unsupported'),
    share('scifact.check.random.unsupported', random, 'unsupported'),
    share('scifact.check.random.supported', random, 'supported'),
    share('scifact.check.same-abstract.supported', nearby, 'supported'),
  ]
}
