/**
 * Search under load and under permissions: does everybody get exactly what they may see, and how fast. On the PostgreSQL of
 * the integration suite where there is one; on PGlite otherwise, with a fifth of the passages, and the names say so.
 */
import { readConfig, testDatabaseUrl } from '../../src/config/index.ts'
import { createScope, type PersonScope } from '../../src/db/index.ts'
import { nearestPassages } from '../../src/domain/search/nearest.ts'
import { passageRows } from '../../src/domain/search/passage-rows.ts'
import { visibleDocuments, noFilters } from '../../src/domain/search/visible.ts'
import { createEmbedder, type LocalEmbedder, modelPlaces } from '../../src/platform/ai/index.ts'
import { type TestSystem, testSystem, wordEmbedder } from '../../src/testing/index.ts'
import type { Measurement } from './main.ts'
import { buildWorld, randomFrom, type Viewer, type World } from './search-world.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

export async function benchSearch(): Promise<Measurement[]> {
  const kind = testDatabaseUrl() ? 'postgres' : 'pglite'
  const embedder = await realEmbedder()
  const system = await testSystem({ embedder: embedder ?? wordEmbedder() })
  try {
    const started = performance.now()
    const world = await buildWorld(system, kind === 'postgres' ? 50_000 : 10_000, system.embeddingModel()!)
    say(
      `search: ${world.passages} passages on ${kind} after ${Math.round((performance.now() - started) / 1000)} s; model: ${embedder ? 'the real one' : 'none, the time of a model is missing'}`,
    )
    return [
      ...(await exactness(system, world, kind)),
      ...(await probes(system, world, kind)),
      ...(await latency(world, kind, embedder !== undefined)),
    ]
  } finally {
    await system.stop()
    await embedder?.close()
  }
}

/** The product's own model; undefined where it cannot be had. */
async function realEmbedder(): Promise<LocalEmbedder | undefined> {
  const { models } = readConfig()
  const embedder = createEmbedder({
    name: models.embedding,
    modelsFolder: models.cacheDir,
    places: modelPlaces(models),
    processes: 1,
  })
  if ((await embedder.settled()).kind === 'ready') return embedder
  await embedder.close()
  return undefined
}

const scopeOf = (system: TestSystem, { person }: Viewer): PersonScope =>
  createScope(system.db, {
    actor: {
      kind: 'person',
      personId: person.id,
      organisationId: person.organisation.id,
      role: 'member',
      via: { kind: 'job' },
    },
    requestId: 'bench',
    log: system.log,
    platform: system.platform,
  })

/** The nearest ten as search fetches them, beside a scan of every vector the person may see. */
async function exactness(system: TestSystem, world: World, kind: string): Promise<Measurement[]> {
  const model = system.embeddingModel()!
  const figures: Measurement[] = []
  for (const viewer of world.viewers) {
    const scope = scopeOf(system, viewer)
    const { visible } = await scope.read((tx) => visibleDocuments(tx, noFilters))
    const view = system.index.index.view(visible)
    const options = {
      model,
      documents: visible,
      passages: view.passages,
      isCurrent: (id: number) => system.index.index.isCurrent(id),
    }
    let [found, missing, foreign, ms] = [0, 0, 0, 0]
    const questions = 50
    for (let i = 0; i < questions; i++) {
      const vector = world.vector()
      const started = performance.now()
      const got = await scope.read((tx) => nearestPassages(tx, vector, { ...options, limit: 200 }))
      ms += performance.now() - started
      const all = await scope.read((tx) => nearestPassages(tx, vector, { ...options, limit: 10, exactUpTo: Infinity }))
      const best = new Set(got.slice(0, 10).map(({ id }) => id))
      found += all.filter(({ id }) => best.has(id)).length / Math.min(10, view.passages)
      missing += Math.max(0, Math.min(200, view.passages) - got.length)
      foreign += got.filter(({ documentNo }) => !viewer.documents.has(documentNo)).length
    }
    const name = `search.${kind}.sees-${viewer.share * 100}%`
    figures.push(
      {
        name: `${name}.recall10`,
        value: found / questions,
        unit: `of an exact scan over ${view.passages} passages`,
        n: questions,
      },
      { name: `${name}.missing`, value: missing, unit: 'results fewer than exist', n: questions },
      { name: `${name}.foreign`, value: foreign, unit: 'foreign passages', n: questions * 200 },
      { name: `${name}.nearest`, value: ms / questions, unit: 'ms for 200 nearest', n: questions },
    )
  }
  return figures
}

/** Passages picked at random, asked for by number as anybody: what comes back must be what that person may see, and all of it. */
async function probes(system: TestSystem, world: World, kind: string): Promise<Measurement[]> {
  const random = randomFrom(7)
  const total = 100_000
  let [foreign, lost] = [0, 0]
  for (let done = 0; done < total; done += 1000) {
    const viewer = world.viewers[Math.floor(random() * world.viewers.length)]!
    const ids = [
      ...new Set(Array.from({ length: 1000 }, () => world.passageIds[Math.floor(random() * world.passageIds.length)]!)),
    ]
    const got = await scopeOf(system, viewer).read((tx) => passageRows(tx, ids))
    for (const id of ids) {
      const mine = viewer.documents.has(world.documentOf.get(id)!)
      if (got.has(id) && !mine) foreign++
      if (!got.has(id) && mine) lost++
    }
  }
  return [
    { name: `search.${kind}.probes.foreign`, value: foreign, unit: 'foreign passages', n: total },
    { name: `search.${kind}.probes.lost`, value: lost, unit: 'own passages withheld', n: total },
  ]
}

/** Ten clients, each asking the next question as soon as it has an answer; no question twice. */
async function latency(world: World, kind: string, real: boolean): Promise<Measurement[]> {
  const clients = 10
  const each = 40
  const run = async (): Promise<number[]> => {
    const times: number[] = []
    await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const { person } = world.viewers[client % world.viewers.length]!
        for (let i = 0; i < each; i++) {
          const query = new URLSearchParams({ q: world.question(), limit: '20' })
          const started = performance.now()
          const answer = await person.api('GET', `/api/search?${query}`)
          if (!answer.ok) throw new Error(await answer.text())
          await answer.arrayBuffer()
          times.push(performance.now() - started)
        }
      }),
    )
    return times.sort((a, b) => a - b)
  }
  await run()
  const started = performance.now()
  const times = await run()
  const perSecond = times.length / ((performance.now() - started) / 1000)
  const name = `search.${kind}.${clients}-clients${real ? '' : '.without-model'}`
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  return [
    { name: `${name}.p50`, value: at(0.5), unit: 'ms', n: times.length },
    { name: `${name}.p95`, value: at(0.95), unit: 'ms', n: times.length },
    { name: `${name}.rate`, value: perSecond, unit: 'searches/s', n: times.length },
  ]
}
