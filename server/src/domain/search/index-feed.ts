/**
 * Fills the in-memory index at the start and follows what changes, in every replica alike. The database is the truth:
 * `index_changes` says which documents to read again, in the transaction that changed them. An announcement only makes the
 * next look come sooner.
 *
 * Numbers of changes can commit out of order, so a look goes back to the first gap in them, for up to a minute.
 */
import { createScope, type Db, rows, type Scope, sql, type Tx } from '../../db/index.ts'
import type { Platform } from '../../platform/index.ts'
import type { Logger } from '../../platform/log/index.ts'
import { LexicalIndex } from './lexical-index.ts'
import { decodePostings } from './postings.ts'
import { arrayOf } from './visible.ts'

export type IndexFeed = {
  readonly index: LexicalIndex
  /** False until the first load is done; search waits for it. */
  readonly loaded: Promise<void>
  /** Takes in everything committed up to now. */
  catchUp(): Promise<void>
  stop(): Promise<void>
}

const documentsAtOnce = 200
const lookEveryMs = 1000
const overlapMs = 60_000

const feeds = new WeakMap<Platform, IndexFeed>()

/** The feed that `startIndexFeed` made for this platform. Throws where none was started: a mistake in the composition root. */
export const feedOf = (platform: Platform): IndexFeed => {
  const feed = feeds.get(platform)
  if (!feed) throw new Error('startIndexFeed was not called for this platform')
  return feed
}

/** Called once by the composition root. Returns at once; `loaded` rejects when the first load fails. */
export const startIndexFeed = (options: { db: Db; platform: Platform; log: Logger }): IndexFeed => {
  const { db, platform, log } = options
  const scope = createScope(db, { actor: { kind: 'index', name: 'search' }, requestId: 'index-feed', log, platform })
  const index = new LexicalIndex()
  const follower = createFollower(scope, index)
  let running: Promise<void> = load(scope, index, log, follower)
  const loaded = running
  loaded.catch(() => {})
  let stopped = false
  // Looks run one after another; one that waits already stands for all that are asked for meanwhile.
  let waiting: Promise<void> | undefined
  const catchUp = (): Promise<void> => {
    if (stopped) return running
    waiting ??= running
      .catch(() => {})
      .then(() => {
        waiting = undefined
        return follower.look()
      })
    running = waiting
    return waiting
  }
  const soon = (): void => {
    catchUp().catch((error: unknown) =>
      log.warn({ err: error }, 'the search index could not follow the database; it tries again'),
    )
  }
  const unsubscribe = platform.announce.subscribe((what) => {
    if (what.topic === 'passages') soon()
  })
  const timer = setInterval(soon, lookEveryMs)
  timer.unref()
  const feed: IndexFeed = {
    index,
    loaded,
    catchUp,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      unsubscribe()
      await running.catch(() => {})
    },
  }
  feeds.set(platform, feed)
  return feed
}

type PassageRow = { no: number; title: string; id: number | string | null; postings: Uint8Array | null }

const load = async (scope: Scope, index: LexicalIndex, log: Logger, follower: Follower): Promise<void> => {
  const started = performance.now()
  await follower.start()
  for (let after = 0; ;) {
    const numbers = await scope.read((tx) =>
      rows<{ no: number }>(
        tx,
        sql`select no from documents where no > ${after} and current_version_id is not null
        order by no limit ${documentsAtOnce}`,
      ),
    )
    if (numbers.length === 0) break
    await readDocuments(
      scope,
      index,
      numbers.map(({ no }) => no),
    )
    after = numbers.at(-1)!.no
  }
  await follower.look()
  index.pack()
  log.info({ ...index.size, ms: Math.round(performance.now() - started) }, 'search index loaded')
}

/** Brings these documents in the index to what the database holds: anew, or gone. */
const readDocuments = async (scope: Scope, index: LexicalIndex, numbers: readonly number[]): Promise<void> => {
  const found = await scope.read((tx) => select(tx, numbers))
  const documents = new Map<number, PassageRow[]>()
  for (const row of found) documents.set(row.no, [...(documents.get(row.no) ?? []), row])
  for (const no of numbers) {
    const list = documents.get(no)
    if (!list) {
      index.removeDocument(no)
      continue
    }
    const passages = list.flatMap(({ id, postings }) => {
      if (id === null || !postings) return []
      // Written by another tokeniser: not found by words until `refreshPostings` has been there, but still a passage.
      const decoded = decodePostings(postings) ?? { length: 0, terms: [], frequencies: new Uint8Array() }
      return [{ id: Number(id), postings: decoded }]
    })
    index.setDocument(no, passages, list[0]!.title)
  }
}

/** Documents in the trash stay in the index: each search asks the database anew what may be seen, and a restored one is there at once. */
const select = (tx: Tx, numbers: readonly number[]): Promise<PassageRow[]> =>
  rows<PassageRow>(
    tx,
    sql`select d.no, d.title, p.id, p.postings from documents d
        left join passages p on p.document_id = d.id and p.version_id = d.current_version_id
        where d.no = any(${arrayOf(numbers)}::int[]) and d.current_version_id is not null
        order by d.no, p.ordinal`,
  )

type Follower = { start(): Promise<void>; look(): Promise<void> }

const createFollower = (scope: Scope, index: LexicalIndex): Follower => {
  /** Changes taken in that lie behind a gap. */
  const done = new Set<number>()
  let from = 0
  type Change = { id: number | string; no: number; old: boolean }
  const changes = (): Promise<Change[]> =>
    scope.read((tx) =>
      rows<Change>(
        tx,
        sql`select id, document_no as no, at < now() - make_interval(secs => ${overlapMs / 1000}) as old
        from index_changes where id > ${from} order by id limit 100000`,
      ),
    )
  return {
    /** Before a full load: what is committed now will be read by it. */
    async start() {
      const [row] = await scope.read((tx) =>
        rows<{ id: number | string | null }>(
          tx,
          sql`select max(id) as id from index_changes where at < now() - make_interval(secs => ${overlapMs / 1000})`,
        ),
      )
      from = Number(row?.id ?? 0)
    },
    async look() {
      for (;;) {
        const list = await changes()
        const fresh = list.filter(({ id }) => !done.has(Number(id)))
        const numbers = [...new Set(fresh.map(({ no }) => no))]
        for (let i = 0; i < numbers.length; i += documentsAtOnce) {
          await readDocuments(scope, index, numbers.slice(i, i + documentsAtOnce))
        }
        for (const { id } of fresh) done.add(Number(id))
        // Up to a gap nothing can come late; a gap closes when it is older than any transaction lives.
        for (const { id, old } of list) if (old) from = Math.max(from, Number(id))
        while (done.has(from + 1)) from++
        for (const id of done) if (id <= from) done.delete(id)
        if (fresh.length === 0 || list.length < 100_000) return
      }
    },
  }
}
