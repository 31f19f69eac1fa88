/** Brings a database to the present schema. Run by one process (the appliance's `migrate` service), as the owner. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { type Db, rows, sql } from './client.ts'

const folder = fileURLToPath(new URL('./migrations', import.meta.url))

/** Roles and the extension stand outside the generated SQL: they belong to the server or need to come first. */
const prepare = `
  DO $$
  DECLARE name text;
  BEGIN
    FOREACH name IN ARRAY ARRAY['innosynth_app', 'innosynth_worker', 'innosynth_identity', 'innosynth_index', 'innosynth_access'] LOOP
      IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', name); END IF;
      IF NOT pg_has_role(current_user, name, 'MEMBER') THEN EXECUTE format('GRANT %I TO CURRENT_USER', name); END IF;
    END LOOP;
  END $$;
  CREATE EXTENSION IF NOT EXISTS vector;`

export async function migratePgliteDb(db: Db): Promise<void> {
  if (!db.pglite) throw new Error('migratePgliteDb needs a PGlite database')
  await db.pglite.exec(prepare)
  await migratePglite(drizzlePglite(db.pglite), { migrationsFolder: folder })
}

/** The drizzle migrator takes no lock of its own, so two processes starting together are kept apart here. */
export async function migratePostgresDb(ownerUrl: string): Promise<void> {
  const connection = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await connection`select pg_advisory_lock(hashtext('innosynth migrations'))`
    await connection.unsafe(prepare)
    await migratePostgres(drizzlePostgres(connection), { migrationsFolder: folder })
  } finally {
    await connection.end({ timeout: 5 })
  }
}

/** Whether the database holds every migration this version knows. A newer one is fine: migrations add before they remove. */
export async function schemaIsCurrent(db: Db): Promise<boolean> {
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  const newest = Math.max(...journal.entries.map(({ when }) => when))
  const [row] = await rows<{ applied: string | number | null }>(
    db.drizzle,
    sql`select max(created_at) as applied from drizzle.__drizzle_migrations`,
  )
  return Number(row?.applied ?? 0) >= newest
}
