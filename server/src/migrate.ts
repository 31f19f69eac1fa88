/**
 * Brings the appliance's database to this version and ends: schema, policies, the queue's own schema, and the two logins
 * that server and worker use. Run once before they start, as the owner of the database.
 */
import postgres from 'postgres'
import { ConfigError, readMigrationConfig } from './config/index.ts'
import { migratePostgresDb, openPostgres } from './db/index.ts'
import { scramVerifier } from './db/scram-verifier.ts'
import { contracts } from './jobs.ts'
import { createLog } from './platform/log/index.ts'
import { installQueue } from './platform/queue/index.ts'

/** Logins own nothing and inherit nothing: each transaction takes one of these roles by name. */
const logins = {
  innosynth_api: ['innosynth_app', 'innosynth_worker', 'innosynth_identity', 'innosynth_index'],
  innosynth_jobs: ['innosynth_app', 'innosynth_worker', 'innosynth_index'],
} as const

try {
  await run()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}

async function run() {
  const config = readMigrationConfig()
  const log = createLog(config.logLevel)
  await migratePostgresDb(config.ownerUrl)
  const db = await openPostgres(config.ownerUrl, { max: 2 })
  await installQueue(db, Object.values(contracts), log)
  await db.close()
  await makeLogins(config.ownerUrl, { innosynth_api: config.apiPassword, innosynth_jobs: config.jobsPassword })
  log.info('the database is at this version')
}

async function makeLogins(ownerUrl: string, passwords: Record<keyof typeof logins, string>) {
  const connection = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    for (const [login, roles] of Object.entries(logins) as [keyof typeof logins, readonly string[]][]) {
      const [known] = await connection`select 1 from pg_roles where rolname = ${login}`
      if (!known) await connection.unsafe(`create role ${login} login noinherit`)
      // A utility statement takes no parameters; a verifier holds no quote.
      await connection.unsafe(`alter role ${login} password '${scramVerifier(passwords[login])}'`)
      for (const role of roles) await connection.unsafe(`grant ${role} to ${login} with inherit false, set true`)
      await connection.unsafe(`grant usage on schema pgboss to ${login}`)
      await connection.unsafe(`grant select, insert, update, delete on all tables in schema pgboss to ${login}`)
      await connection.unsafe(`grant execute on all functions in schema pgboss to ${login}`)
      // Which migrations there are: readiness asks.
      await connection.unsafe(`grant usage on schema drizzle to ${login}`)
      await connection.unsafe(`grant select on drizzle.__drizzle_migrations to ${login}`)
      await connection.unsafe(`revoke create on schema public from public`)
    }
  } finally {
    await connection.end({ timeout: 5 })
  }
}
