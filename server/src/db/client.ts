/**
 * The two databases behind one shape: PGlite inside the process (evaluation, tests) and PostgreSQL (appliance).
 * Nobody outside `db/` and `boot.ts` holds this; everything else holds a Scope.
 */
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { sql, type SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT, PgTransactionConfig } from 'drizzle-orm/pg-core'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { preparing } from './preparing.ts'

export type Tx = Pick<
  PgDatabase<PgQueryResultHKT>,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | '$count'
>
export type Drizzle = PgDatabase<PgQueryResultHKT>

export type Db = {
  kind: 'pglite' | 'postgres'
  drizzle: Drizzle
  /** For better-auth alone: its own pool, bound to the role that may see credentials and nothing else. */
  identity: Drizzle
  transaction<T>(fn: (tx: Tx) => Promise<T>, config?: PgTransactionConfig): Promise<T>
  /** Hears NOTIFY. Returns the way to stop. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>
  pglite: PGlite | undefined
  url: string | undefined
  close(): Promise<void>
}

/** PGlite in `folder`; in memory where none is given, then from `template` (a dump of a migrated database) if there is one. */
export async function openPglite(folder?: string, template?: Blob): Promise<Db> {
  const pglite = await PGlite.create({
    extensions: { vector },
    // PGlite's own 128 MB lie beside the file cache of the system, which holds the same pages.
    postgresqlconf: ['shared_buffers=32MB'],
    ...(folder === undefined ? {} : { dataDir: folder }),
    ...(template === undefined ? {} : { loadDataDir: template }),
  })
  return fromPgliteInstance(pglite)
}

function fromPgliteInstance(pglite: PGlite): Db {
  const drizzle = drizzlePglite(pglite)
  return {
    kind: 'pglite',
    drizzle,
    identity: drizzle,
    transaction: (fn, config) => drizzle.transaction(fn, config),
    listen: async (channel, heard) => pglite.listen(channel, heard),
    pglite,
    url: undefined,
    close: () => pglite.close(),
  }
}

/** PostgreSQL at `url`. The login owns no table; each transaction takes the role it needs (see Scope). */
export async function openPostgres(url: string, options: { max: number }): Promise<Db> {
  const silent = { onnotice: () => {} }
  const pool = postgres(url, { max: options.max, ...silent })
  const identityPool = postgres(url, { max: 4, ...silent, connection: { role: 'innosynth_identity' } })
  const drizzle = drizzlePostgres(preparing(pool))
  return {
    kind: 'postgres',
    drizzle,
    identity: drizzlePostgres(preparing(identityPool)),
    transaction: (fn, config) => drizzle.transaction(fn, config),
    listen: async (channel, heard) => {
      const listening = await pool.listen(channel, heard)
      return () => listening.unlisten()
    },
    pglite: undefined,
    url,
    close: async () => {
      await Promise.all([pool.end({ timeout: 5 }), identityPool.end({ timeout: 5 })])
    },
  }
}

/** Rows of a hand-written statement, the same from both drivers. The caller names their shape. */
export async function rows<T>(tx: Tx, statement: SQL): Promise<T[]> {
  const result: unknown = await tx.execute(statement)
  if (Array.isArray(result)) return result as T[]
  return (result as { rows: T[] }).rows
}

export { sql }
