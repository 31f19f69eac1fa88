/** The database as the command line speaks to it: questions to the running one, pgBackRest on a running or a stopped one. */
import { type Engine, lastWords, type RunResult } from './engine.ts'
import { Stop } from './verb.ts'

/** One value, or null where the database does not answer. */
export async function ask(engine: Engine, statement: string, database = 'postgres'): Promise<string | null> {
  const { code, stdout } = await engine.compose(
    [
      'exec',
      '-T',
      'postgres',
      'psql',
      '-U',
      'postgres',
      '-d',
      database,
      '-XAtq',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      statement,
    ],
    { timeout: 60_000 },
  )
  return code === 0 ? stdout.trim() : null
}

/** pgBackRest beside the running database. */
export const besideRunning = (engine: Engine, args: readonly string[]): Promise<RunResult> =>
  engine.compose(['exec', '-T', 'postgres', 'innosynth-pgbackrest', ...args])

/** A program of the database's image with its volume, its secrets and the repository, while no database runs. */
export const besideStopped = (engine: Engine, program: string, args: readonly string[]): Promise<RunResult> =>
  engine.compose(['run', '--rm', '--no-deps', '-T', '--entrypoint', program, 'postgres', ...args])

export const inVolume = (engine: Engine, script: string): Promise<RunResult> =>
  besideStopped(engine, 'bash', ['-euc', script])

type Info = {
  status: { code: number; message: string }
  backup: {
    label: string
    lsn: { stop: string }
    timestamp: { start: number; stop: number }
    info: { size: number; repository: { delta: number } }
    error: boolean | null
  }[]
}[]

/** What the repository holds, oldest first. */
export async function repositoryInfo(result: RunResult): Promise<Info[number]> {
  const [info] = result.code === 0 ? (JSON.parse(result.stdout) as Info) : []
  if (!info)
    throw new Stop(
      'repository',
      `The backup repository cannot be read: ${lastWords(result)}.`,
      'Look at the folder `postgres` in the backup folder and at its owner (10105).',
      4,
    )
  return info
}

/** Lets what was written leave for the repository and waits until it is there. Null: done; else why not. */
export async function pushWal(engine: Engine): Promise<string | null> {
  const result = await besideRunning(engine, ['check'])
  return result.code === 0 ? null : lastWords(result)
}

/** Which cluster this is: a volume that was lost and made anew answers just as well, and is another. Null: no answer. */
export const clusterOf = (engine: Engine): Promise<string | null> =>
  ask(engine, 'select system_identifier from pg_control_system()')

export async function timelineOf(engine: Engine): Promise<number | null> {
  const said = await ask(engine, 'select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)')
  return said ? parseInt(said, 16) : null
}
