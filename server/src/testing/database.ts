/** A migrated database of its own for each suite: PGlite in memory, or a clone of a template on a real PostgreSQL. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { testDatabaseUrl } from '../config/index.ts'
import { type Db, migratePgliteDb, migratePostgresDb, openPglite, openPostgres } from '../db/index.ts'
import { contracts } from '../jobs.ts'
import { createLog } from '../platform/log/index.ts'
import { installQueue } from '../platform/queue/index.ts'

const migrations = fileURLToPath(new URL('../db/migrations', import.meta.url))
const silent = createLog('silent')

export async function testDatabase(): Promise<Db> {
  const server = testDatabaseUrl()
  return server ? cloneOnPostgres(server) : pgliteFromTemplate()
}

/** Names what the template was made from, so that a changed migration or job makes a new one. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(Object.values(contracts)))
  for (const name of (await readdir(migrations)).filter((file) => file.endsWith('.sql')).sort())
    hash.update(name).update(await readFile(join(migrations, name)))
  return hash.digest('hex').slice(0, 16)
}

async function pgliteFromTemplate(): Promise<Db> {
  const folder = join(tmpdir(), 'innosynth-test-templates')
  const path = join(folder, `${await fingerprint()}.tar`)
  const existing = await readFile(path).catch(() => null)
  if (existing) return openPglite(undefined, new Blob([existing]))
  const db = await openPglite()
  await migratePgliteDb(db)
  await installQueue(db, Object.values(contracts), silent)
  const dump = await db.pglite!.dumpDataDir('none')
  await mkdir(folder, { recursive: true })
  // Suites start side by side; each writes its own file and the last rename wins.
  const mine = `${path}.${randomUUID()}`
  await writeFile(mine, Buffer.from(await dump.arrayBuffer()))
  await rename(mine, path)
  return db
}

async function cloneOnPostgres(server: string): Promise<Db> {
  const template = `innosynth_template_${await fingerprint()}`
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  const name = `innosynth_test_${randomUUID().replaceAll('-', '')}`
  try {
    await admin`select pg_advisory_lock(hashtext('innosynth test template'))`
    const [known] = await admin`select 1 from pg_database where datname = ${template}`
    if (!known) await makeTemplate(server, admin, template)
    await admin.unsafe(`create database ${name} template ${template}`)
    await admin`select pg_advisory_unlock(hashtext('innosynth test template'))`
  } finally {
    await admin.end()
  }
  const db = await openPostgres(urlOf(server, name), { max: 6 })
  return {
    ...db,
    close: async () => {
      await db.close()
      await drop(server, name)
    },
  }
}

async function makeTemplate(server: string, admin: postgres.Sql, template: string) {
  const building = `${template}_building`
  await admin.unsafe(`drop database if exists ${building}`)
  await admin.unsafe(`create database ${building}`)
  await migratePostgresDb(urlOf(server, building))
  const db = await openPostgres(urlOf(server, building), { max: 2 })
  await installQueue(db, Object.values(contracts), silent)
  await db.close()
  await admin.unsafe(`alter database ${building} rename to ${template}`)
}

async function drop(server: string, name: string) {
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  await admin.unsafe(`drop database if exists ${name} with (force)`).finally(() => admin.end())
}

function urlOf(server: string, database: string) {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}
