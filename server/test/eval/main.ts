/**
 * npm run eval -- [--data DIR] [--set DIR]... [--model NAME] [--only NAME]... [--sample N] [--answers] [--json FILE] [--state DIR]
 *
 * Measures ranking through the public search API over a fresh database. `--set` takes any folder in the layout of BEIR;
 * without it, the known sets under `--data` are run. Figures and vectors are kept under `--state`, so that a stopped run goes
 * on where it was. `--sample` asks at most N questions of each set and way, spread evenly, and is for a quick look: the figures
 * carry their n and interval. `--answers` measures answers instead of ranking: SQuAD 2 through the public API, and the check of
 * sentences on SciFact's evidence. Evaluation sets are not part of the product; without a folder there is nothing to measure.
 */
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../../src/config/index.ts'
import { createEmbedder, embeddingEntry, type LocalEmbedder, modelPlaces } from '../../src/platform/ai/index.ts'
import { evaluateCheck } from './answers-check.ts'
import { evaluateAnswers } from './answers-evaluation.ts'
import { cachedEmbedder } from './cached-embedder.ts'
import { openResults } from './results.ts'
import { evaluateSet, evaluateXquad } from './search-evaluation.ts'
import { isSet } from './sets.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    set: { type: 'string', multiple: true },
    model: { type: 'string' },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    state: { type: 'string' },
    sample: { type: 'string' },
    answers: { type: 'boolean' },
  },
})
const config = readConfig()
const state = resolve(options.state ?? join(config.dataDir, 'evaluation'))
const sample = options.sample === undefined ? undefined : Number(options.sample)
const asked = sample === undefined ? '' : ` sample ${sample}`
const results = openResults({ state, json: options.json && resolve(options.json), say })

const embedders = new Map<string, LocalEmbedder>()
const closing: (() => Promise<void>)[] = []
/** The product's own embedder, ready, with a memory on disk. */
async function embedderFor(name: string): Promise<LocalEmbedder> {
  const known = embedders.get(name)
  if (known) return known
  const entry = embeddingEntry(name)
  const inner = createEmbedder({
    name,
    modelsFolder: config.models.cacheDir,
    places: modelPlaces(config.models),
    processes: config.models.processes,
  })
  const settled = await inner.settled()
  if (settled.kind !== 'ready')
    throw new Error(
      `The model ${name} cannot be had: ${settled.kind === 'absent' ? `${settled.detail} ${settled.remedy}` : settled.detail}`,
    )
  // The houses that use it come and go; the model stays until the end.
  const cached = { ...cachedEmbedder(inner, join(state, 'vectors'), entry), close: async () => {} }
  embedders.set(name, cached)
  closing.push(() => inner.close())
  return cached
}

type Known = { name: string; folder: string; model: string; run: (folder: string, model: string) => Promise<void> }

const plainSet = (name: string) => async (folder: string, model: string) =>
  results.once(`${name} ${resolve(folder)} ${model}${asked}`, async () =>
    evaluateSet({ folder, name, model, sample }, await embedderFor(model), say),
  )

const knownSets: Known[] = [
  { name: 'scifact', folder: 'scifact', model: config.models.embedding, run: plainSet('scifact') },
  { name: 'squad2', folder: 'squad2-dev', model: config.models.embedding, run: plainSet('squad2') },
  {
    name: 'xquad',
    folder: 'xquad',
    model: 'multilingual-e5-small',
    run: (folder, model) =>
      results.once(`xquad ${resolve(folder)} ${model}${asked}`, async () =>
        evaluateXquad({ folder, name: 'xquad', model, sample }, await embedderFor(model), say),
      ),
  },
]

const answerSets: Known[] = [
  {
    name: 'scifact',
    folder: 'scifact',
    model: '',
    run: (folder) => results.once(`check ${resolve(folder)}`, async () => evaluateCheck(folder)),
  },
  {
    name: 'squad2',
    folder: 'squad2-dev',
    model: config.models.embedding,
    run: (folder, model) =>
      results.once(`answers ${resolve(folder)} ${model}${asked}`, async () =>
        evaluateAnswers(folder, model, await embedderFor(model), say, sample),
      ),
  },
]

async function main(): Promise<number> {
  if (options.set) {
    for (const folder of options.set) {
      if (!isSet(folder)) {
        say(`${folder} is no evaluation set: corpus.jsonl and queries.jsonl are looked for in it.`)
        return 2
      }
      await plainSet(basename(resolve(folder)))(resolve(folder), options.model ?? config.models.embedding)
    }
    return 0
  }
  if (!options.data || !existsSync(options.data)) {
    say('Nothing to measure: give a folder of evaluation sets with --data DIR, or one set with --set DIR.')
    return 0
  }
  for (const { name, folder, model, run } of options.answers ? answerSets : knownSets) {
    const path = join(options.data, folder)
    if (options.only && !options.only.includes(name)) continue
    if (existsSync(path)) await run(path, options.model ?? model)
    else say(`${name}: skipped, ${path} is not there.`)
  }
  return 0
}

try {
  process.exitCode = await main()
} finally {
  for (const close of closing) await close()
}
