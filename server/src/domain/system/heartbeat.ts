import { hostname } from 'node:os'
import { rows, type Scope, sql } from '../../db/index.ts'

const everyMs = 30_000

/** Leaves a sign of life with what stands in the database in that moment. */
export async function beat(scope: Scope, worker: string): Promise<void> {
  await scope.bookkeep(async (tx) => {
    await tx.execute(sql`insert into heartbeats (worker, documents, versions, passages)
      select ${worker}, (select count(*) from documents), (select count(*) from versions), (select count(*) from passages)`)
    await tx.execute(sql`delete from heartbeats where at < now() - interval '7 days'`)
  })
}

/** Beats until stopped. A beat that fails is a line in the log; the next one may succeed. */
export function startHeartbeat(scope: Scope): { stop(): Promise<void> } {
  let last: Promise<void> = Promise.resolve()
  const once = () => {
    last = beat(scope, hostname()).catch((error: unknown) => scope.log.warn({ err: error }, 'heartbeat'))
  }
  once()
  const timer = setInterval(once, everyMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await last
    },
  }
}

export type Heartbeat = { at: string; documents: number; versions: number; passages: number }

/** The newest sign of life, or null where none was ever left. */
export async function newestHeartbeat(scope: Pick<Scope, 'read'>): Promise<Heartbeat | null> {
  const [row] = await scope.read((tx) =>
    rows<{ at: Date | string; documents: number; versions: number; passages: number }>(
      tx,
      sql`select at, documents, versions, passages from heartbeats order by at desc limit 1`,
    ),
  )
  return row ? { ...row, at: new Date(row.at).toISOString() } : null
}
