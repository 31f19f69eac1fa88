/**
 * Fifty thousand passages for four people who see all, a tenth, a hundredth and a thousandth of them. Words follow Zipf's law,
 * vectors lie in clusters; both are made by a fixed seed. Written in bulk by the worker's role, as ingestion leaves them.
 */
import { rows, type Scope, sql } from '../../src/db/index.ts'
import { encodePostings } from '../../src/domain/search/index.ts'
import { aPerson, type TestPerson, type TestSystem } from '../../src/testing/index.ts'

export type Viewer = { share: number; person: TestPerson; documents: Set<number> }
export type World = {
  viewers: Viewer[]
  passages: number
  passageIds: number[]
  documentOf: Map<number, number>
  question(): string
  vector(): Float32Array
}

const perDocument = 8
const shares = [1, 0.1, 0.01, 0.001]
const dimension = 384

/** xorshift32 between 0 and 1. */
export const randomFrom = (seed: number) => () => {
  seed ^= seed << 13
  seed ^= seed >>> 17
  seed ^= seed << 5
  return (seed >>> 0) / 2 ** 32
}

export async function buildWorld(system: TestSystem, passages: number, model: string): Promise<World> {
  const random = randomFrom(20261124)
  const word = wordsFrom(random)
  const centres = Array.from({ length: 400 }, () =>
    unit(Float32Array.from({ length: dimension }, () => random() - 0.5)),
  )
  const vector = (): Float32Array => {
    const centre = centres[Math.floor(random() * centres.length)]!
    return unit(centre.map((value) => value + (random() - 0.5) * 0.12))
  }
  const sentence = (words: number): string => Array.from({ length: words }, word).join(' ')

  const viewers: Viewer[] = []
  for (const share of shares)
    viewers.push({ share, person: await aPerson(system, { name: `Sees ${share}` }), documents: new Set() })
  const scope = system.systemScope('bench')
  const lists = await makeLists(scope, viewers)
  const count = Math.ceil(passages / perDocument)
  const documentOf = new Map<number, number>()
  const owner = viewers[0]!.person
  const real = system.db.kind === 'postgres'
  // Built once over all rows instead of row by row: the same index, in a tenth of the time.
  if (real) await system.db.drizzle.execute(sql`drop index passage_vectors_hnsw`)
  for (let start = 0; start < count; start += 50) {
    const some = Array.from({ length: Math.min(50, count - start) }, (_, i) => {
      // The few documents of those who see little lie spread over the whole.
      const level = shares.findLastIndex((share) => (start + i) % Math.round(1 / share) === 0)
      return {
        level,
        list: lists[level]!,
        title: sentence(5),
        passages: Array.from({ length: perDocument }, () => ({
          text: `The ${sentence(30)} and the ${sentence(30)} of ${sentence(30)}.`,
          vector: vector(),
        })),
      }
    })
    const made = await insert(scope, some, owner, model)
    for (const { no, level, ids } of made) {
      for (const viewer of viewers.slice(0, level + 1)) viewer.documents.add(no)
      for (const id of ids) documentOf.set(id, no)
    }
  }
  if (real) {
    await system.db.transaction(async (tx) => {
      await tx.execute(sql`select set_config('maintenance_work_mem', '512MB', true)`)
      await tx.execute(
        sql`create index passage_vectors_hnsw on passage_vectors using hnsw (embedding vector_cosine_ops)`,
      )
    })
    await system.db.drizzle.execute(sql`analyze`)
  }
  await system.index.catchUp()
  return {
    viewers,
    passages: documentOf.size,
    passageIds: [...documentOf.keys()],
    documentOf,
    question: () => `What is ${sentence(7)}?`,
    vector,
  }
}

const makeLists = (scope: Scope, viewers: Viewer[]): Promise<string[]> =>
  scope.write('bench.lists', async (tx) => {
    const owner = viewers[0]!.person
    const ids: string[] = []
    for (let level = 0; level < viewers.length; level++) {
      const [list] = await rows<{ id: string }>(
        tx,
        sql`insert into access_lists (organisation_id, owner_id) values (${owner.organisation.id}, ${owner.id}) returning id`,
      )
      for (const { person } of viewers.slice(1, level + 1)) {
        await tx.execute(
          sql`insert into access_grants (access_id, person_id, level, granted_by) values (${list!.id}, ${person.id}, 'view', ${owner.id})`,
        )
      }
      ids.push(list!.id)
    }
    return ids
  })

type NewDocument = { level: number; list: string; title: string; passages: { text: string; vector: Float32Array }[] }

const insert = (
  scope: Scope,
  documents: NewDocument[],
  owner: TestPerson,
  model: string,
): Promise<{ no: number; level: number; ids: number[] }[]> =>
  scope.write('bench.fill', async (tx) => {
    const made: { no: number; level: number; ids: number[] }[] = []
    for (const { level, list, title, passages } of documents) {
      const [document] = await rows<{ id: string; no: number }>(
        tx,
        sql`insert into documents (organisation_id, owner_id, access_id, title, language)
        values (${owner.organisation.id}, ${owner.id}, ${list}, ${title}, 'en') returning id, no`,
      )
      const [version] = await rows<{ id: string }>(
        tx,
        sql`insert into versions (document_id, number, file_name, bytes, sha256, created_by, format, stage, found_by_words, found_by_meaning)
        values (${document!.id}, 1, 'bench.txt', 1, 'bench', ${owner.id}, 'text', 'ready', true, true) returning id`,
      )
      const values = passages.map(({ text, vector }, ordinal) => ({
        ordinal,
        text,
        v: `[${Array.from(vector, (value) => value.toFixed(5)).join(',')}]`,
        postings: Buffer.from(encodePostings(text, { language: 'en' })).toString('base64'),
      }))
      const inserted = await rows<{ id: number | string }>(
        tx,
        sql`with given as (
          select * from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as t(ordinal int, text text, v text, postings text)
        ), stored as (
          insert into passages (document_id, version_id, ordinal, page, text, spans, language, postings)
          select ${document!.id}::uuid, ${version!.id}::uuid, ordinal, 1, text, '[]', 'en', decode(postings, 'base64') from given returning id, ordinal
        ), vectors as (
          insert into passage_vectors (passage_id, document_id, document_no, model, embedding)
          select s.id, ${document!.id}::uuid, ${document!.no}::int, ${model}, g.v::vector from stored s join given g using (ordinal)
        ) select id from stored`,
      )
      await tx.execute(sql`update documents set current_version_id = ${version!.id} where id = ${document!.id}`)
      await tx.execute(sql`insert into index_changes (document_no) values (${document!.no})`)
      made.push({ no: document!.no, level, ids: inserted.map(({ id }) => Number(id)) })
    }
    return made
  })

/** Words of a made-up language of 40,000, the n-th as frequent as 1/n. */
const wordsFrom = (random: () => number) => {
  const syllables = [
    'ba',
    'ce',
    'di',
    'fo',
    'gu',
    'ha',
    'je',
    'ki',
    'lo',
    'mu',
    'na',
    'pe',
    'qui',
    'ro',
    'su',
    'ta',
    've',
    'wi',
    'xo',
    'zu',
  ]
  const name = (n: number): string => (n < 20 ? syllables[n]! + 'n' : name(Math.floor(n / 20)) + syllables[n % 20]!)
  const most = 40_000
  return () => name(Math.floor(Math.exp(random() * Math.log(most))) - 1)
}

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}
