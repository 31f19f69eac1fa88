/** What doctor asks of the database and the queue in it. */
import { type Check, found, ok, type Subject } from './check.ts'

/** One row of values, asked inside the database's own container. Throws where it does not answer. */
export async function sql({ host }: Subject, statement: string): Promise<string[]> {
  const { code, stdout, stderr } = await host.engine.compose(
    [
      'exec',
      '-T',
      'postgres',
      'psql',
      '--no-psqlrc',
      '--username',
      'postgres',
      '--dbname',
      'innosynth',
      '--quiet',
      '--no-align',
      '--tuples-only',
      '--field-separator',
      '|',
      '--command',
      statement,
    ],
    { timeout: 7000 },
  )
  if (code !== 0) throw new Error(stderr.trim().split('\n')[0] ?? 'the database does not answer')
  return stdout.trim().split('\n')[0]!.split('|')
}

export const databaseChecks: Check[] = [
  {
    code: 'database.answers',
    title: 'Database',
    measure: async (subject) => {
      const started = performance.now()
      const [version] = await sql(subject, 'show server_version')
      return ok(`PostgreSQL ${version?.split(' ')[0]}, ${Math.round(performance.now() - started)} ms`)
    },
  },
  {
    code: 'database.connections',
    title: 'Connections in use',
    measure: async (subject) => {
      const [used = '0', most = '1'] = await sql(
        subject,
        "select count(*), current_setting('max_connections') from pg_stat_activity",
      )
      return Number(used) > Number(most) * 0.85
        ? found('warn', `${used} of ${most}`, 'Fewer replicas, or raise max_connections.')
        : ok(`${used} of ${most}`)
    },
  },
  {
    code: 'database.checksums',
    title: 'Pages that failed their checksum',
    measure: async (subject) => {
      const [on, failures = '0'] = await sql(
        subject,
        "select current_setting('data_checksums'), coalesce(sum(checksum_failures), 0) from pg_stat_database",
      )
      return Number(failures) > 0
        ? found('block', failures, 'The disk returns wrong data: restore to another disk.')
        : on === 'on'
          ? ok('0')
          : found('warn', 'checksums are off', 'Restore into a new cluster with checksums.')
    },
  },
  {
    code: 'database.collation',
    title: 'Sort order is the one indexes were made with',
    measure: async (subject) => {
      const [then = '', now = ''] = await sql(
        subject,
        "select datcollversion, pg_database_collation_actual_version(oid) from pg_database where datname = 'innosynth'",
      )
      return then !== now
        ? found(
            'block',
            `${then} then, ${now} now`,
            'Reindex the database, then: alter database innosynth refresh collation version.',
          )
        : ok(then || 'fixed')
    },
  },
  {
    code: 'database.age',
    title: 'Transaction numbers used',
    measure: async (subject) => {
      const [age = '0'] = await sql(subject, 'select max(age(datfrozenxid)) from pg_database')
      return Number(age) > 1_000_000_000
        ? found('warn', age, 'Autovacuum cannot keep up: look for transactions that stay open.')
        : ok(age)
    },
  },
  {
    code: 'database.long-transactions',
    title: 'Longest open transaction',
    measure: async (subject) => {
      const [seconds = '0'] = await sql(
        subject,
        "select coalesce(extract(epoch from max(now() - xact_start)), 0)::int from pg_stat_activity where backend_type = 'client backend' and state <> 'idle'",
      )
      return Number(seconds) > 900
        ? found('warn', `${seconds} s`, 'Restart the service that holds it.')
        : ok(`${seconds} s`)
    },
  },
  {
    code: 'database.size',
    title: 'Size of the database',
    measure: async (subject) =>
      ok((await sql(subject, "select pg_size_pretty(pg_database_size('innosynth'))"))[0] ?? ''),
  },
  {
    code: 'database.vector',
    title: 'Vector extension',
    measure: async (subject) =>
      ok((await sql(subject, "select extversion from pg_extension where extname = 'vector'"))[0] || 'missing'),
  },
  {
    code: 'clock.database',
    title: 'Clock of host and database agree',
    measure: async (subject) => {
      const [then = '0'] = await sql(subject, 'select extract(epoch from clock_timestamp())')
      const apart = Math.abs(subject.host.now().getTime() / 1000 - Number(then))
      return apart > 5 ? found('warn', `${apart.toFixed(0)} s apart`, 'Set the clock of the host.') : ok('within 5 s')
    },
  },
  {
    code: 'queue.failed',
    title: 'Jobs that failed in the last day',
    measure: async (subject) => {
      const [failed = '0'] = await sql(
        subject,
        "select count(*) from pgboss.job where state = 'failed' and completed_on > now() - interval '1 day'",
      )
      return Number(failed) > 0
        ? found('warn', failed, 'See innosynth logs worker; files that failed can be tried again in the library.')
        : ok('0')
    },
  },
  {
    code: 'queue.waiting',
    title: 'Oldest job that waits',
    measure: async (subject) => {
      const [seconds = '0', waiting = '0'] = await sql(
        subject,
        "select coalesce(extract(epoch from now() - min(greatest(created_on, start_after))), 0)::int, count(*) from pgboss.job where state in ('created', 'retry') and start_after <= now()",
      )
      const value = `${waiting} waiting, the oldest for ${seconds} s`
      return Number(seconds) > 900
        ? found('warn', value, 'See whether the worker runs; more of them: innosynth config set scale.worker=2.')
        : ok(value)
    },
  },
]
