/** The steps of a restore, in order, each harmless when run again; and the way back. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tellFacts } from './backup-facts.ts'
import { readTimeline, writeTimeline } from './backup-set.ts'
import type { Configuration } from './config.ts'
import { ask, pushWal, timelineOf } from './database.ts'
import { lastWords } from './engine.ts'
import { restoreDatabase } from './restore-database.ts'
import { putAside, putBack } from './restore-volume.ts'
import { startStack } from './start.ts'
import { writeWhole } from './state.ts'
import { type Context, Stop } from './verb.ts'

export type Journal = {
  id: string
  set: string
  label: string
  stopped: string
  time: string | null
  bringBackErased: boolean
  at: string
  /** The last step that was begun. */
  step: string | null
  /** Whether a database was put aside; null: not yet known. */
  hadBefore: boolean | null
  timelineBefore: number | null
  done: boolean
}
type Reconciled = { referenced: number; restored: number; missing: string[]; unreferenced: number; erasedAgain: number }
export type Restored = {
  code: 0 | 1 | 3 | 4
  set: string
  reached: string | null
  heartbeat: string | null
  reconciled: Reconciled | null
  smoke: unknown
  problem: string | null
}

const path = (dir: string) => join(dir, 'restore.json')
export const readJournal = async (dir: string): Promise<Journal | null> => {
  const text = await readFile(path(dir), 'utf8').catch(() => null)
  return text ? (JSON.parse(text) as Journal) : null
}
export const writeJournal = (dir: string, journal: Journal) =>
  writeWhole(path(dir), `${JSON.stringify(journal, null, 2)}\n`, 0o600)

export async function carryOut(context: Context, configuration: Configuration, journal: Journal): Promise<Restored> {
  const { dir, checkpoint } = context
  const result: Restored = {
    code: 0,
    set: journal.set,
    reached: null,
    heartbeat: null,
    reconciled: null,
    smoke: null,
    problem: null,
  }
  const step = async (name: string, work: () => Promise<void>) => {
    journal.step = name
    await writeJournal(dir, journal)
    checkpoint(`${name}:begin`)
    await work()
    checkpoint(`${name}:end`)
  }
  // Until the present database is put aside nothing has changed, and an error is only an error.
  await step('check', () => check(context, journal))
  if (journal.hadBefore === null) {
    await step('present', () => savePresent(context, configuration, journal))
    // Services drain into their database; where it is gone they would wait for it in vain.
    const answers = (await timelineOf(context.engine)) !== null
    await step('stop', () => stopAll(context, answers ? 60 : 5))
  }
  try {
    await step('aside', async () => {
      if (journal.hadBefore !== null) await stopAll(context)
      journal.hadBefore = (await putAside(context, journal.id)) || journal.hadBefore === true
      await writeJournal(dir, journal)
    })
    await step('database', async () => {
      result.reached = await bringDatabase(context, configuration, journal)
    })
    await step('reconcile', async () => {
      result.reconciled = await reconcile(context, journal)
    })
    await step('start', async () => {
      await startStack(context, String(configuration.project))
    })
    await step('smoke', async () => {
      result.smoke = await smoke(context)
    })
  } catch (error) {
    return giveUp(context, configuration, journal, result, error)
  }
  result.heartbeat = await newestHeartbeat(context)
  result.code = result.reconciled && result.reconciled.missing.length > 0 ? 1 : 0
  await writeTimeline(String(configuration['backup.dir']), (await timelineOf(context.engine)) ?? 1)
  await tellFacts(context, {
    restore: {
      at: context.now().toISOString(),
      to: journal.time ?? result.reached ?? journal.stopped,
      set: journal.set,
      seconds: (context.now().getTime() - new Date(journal.at).getTime()) / 1000,
    },
  })
  await writeJournal(dir, { ...journal, step: null, done: true })
  return result
}

/** The files of the set, each read and compared with its name; pgBackRest checks the database's own as it restores them. */
async function check({ engine, progress }: Context, journal: Journal): Promise<void> {
  const result = await progress('Reading the files of the set', () =>
    engine.command(['objects-verify', '--list', journal.set]),
  )
  if (result.code > 1)
    throw new Stop('check', `The set could not be read: ${lastWords(result)}`, 'Look at the backup folder.', 4)
  const { damaged, absent } = JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') as {
    damaged: string[]
    absent: string[]
  }
  if (damaged.length + absent.length > 0)
    throw new Stop(
      'check',
      `${damaged.length} files of set ${journal.set} are damaged and ${absent.length} are missing in the backup.`,
      'Choose another set with --set.',
      4,
    )
}

/** What the present database has goes into the archive and what the store has into the backup, so that a later restore can come back to now. */
async function savePresent(context: Context, configuration: Configuration, journal: Journal): Promise<void> {
  const { engine, say, progress } = context
  journal.timelineBefore = await timelineOf(engine)
  if (journal.timelineBefore === null) {
    journal.timelineBefore = await readTimeline(String(configuration['backup.dir']))
    say('The present database does not answer; what is in the archive is all there is of it, and its folder is kept.')
    return
  }
  await ask(engine, `select pg_create_restore_point('before-restore-${journal.id}')`)
  const late = await progress('Saving the present', () => pushWal(engine))
  if (late !== null) say(`The present could not be archived (${late}); its folder is kept.`)
  const copied = await engine.command(['objects-copy'])
  if (copied.code > 1) say(`New files could not be copied: ${lastWords(copied)}`)
}

async function stopAll({ engine, progress }: Context, patience = 60): Promise<void> {
  await progress('Stopping the services', () =>
    engine.mustCompose('Stopping the services', ['stop', '--timeout', String(patience)]),
  )
  // A container that was killed may hold the volume a moment longer.
  await engine.mustCompose('Removing the database container', ['rm', '--force', '--stop', 'postgres'])
}

async function bringDatabase(context: Context, configuration: Configuration, journal: Journal): Promise<string | null> {
  const { engine } = context
  const timeline = await readTimeline(String(configuration['backup.dir']))
  const { reached } = await restoreDatabase(context, {
    label: journal.label,
    time: journal.time ? new Date(journal.time) : null,
    timeline,
  })
  // Logins get the passwords of today, and a schema of the same version costs nothing.
  await engine.mustCompose('Bringing the schema to this version', ['run', '--rm', '--no-deps', '-T', 'migrate'])
  return reached
}

async function reconcile({ engine, progress }: Context, journal: Journal): Promise<Reconciled> {
  await engine.mustCompose('Starting the object store', [
    'up',
    '--detach',
    '--wait',
    '--no-build',
    '--no-deps',
    'objectstore',
  ])
  const result = await progress('Bringing files back', () =>
    engine.command(['reconcile', ...(journal.bringBackErased ? ['--bring-back-erased'] : [])]),
  )
  if (result.code > 1) throw new Stop('reconcile', `Files and database do not agree: ${lastWords(result)}`, '', 4)
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') as Reconciled
}

async function smoke({ engine, progress }: Context): Promise<unknown> {
  const result = await progress('Trying it out', () => engine.command(['smoke', '--patience', '180']))
  const said = (result.stdout.trim().split('\n').at(-1) ?? '').trim()
  if (result.code !== 0)
    throw new Stop('smoke', `The restored stack does not work: ${said || lastWords(result)}`, '', 4)
  return JSON.parse(said)
}

async function giveUp(
  context: Context,
  configuration: Configuration,
  journal: Journal,
  result: Restored,
  error: unknown,
): Promise<Restored> {
  const problem = error instanceof Error ? error.message : String(error)
  context.say(`The restore failed: ${problem}`)
  if (!journal.hadBefore) return { ...result, code: 4, problem }
  const back = await putBackBefore(context, configuration, journal).catch((second: unknown) => {
    context.say(`Going back failed as well: ${second instanceof Error ? second.message : String(second)}`)
    return false
  })
  await writeJournal(context.dir, { ...journal, step: null, hadBefore: false, done: true })
  return { ...result, code: back ? 3 : 4, problem }
}

/** Stops everything, puts the database of before this restore back and tries the stack. False where it is not there. */
export async function putBackBefore(
  context: Context,
  configuration: Configuration,
  journal: Journal,
): Promise<boolean> {
  await stopAll(context)
  if (!(await putBack(context, journal.id))) return false
  if (journal.timelineBefore !== null) await writeTimeline(String(configuration['backup.dir']), journal.timelineBefore)
  await context.engine.mustCompose('Starting database and object store', [
    ...['up', '--detach', '--wait', '--no-build', '--no-deps', 'postgres', 'objectstore'],
  ])
  const reconciled = await context.engine.command(['reconcile', '--bring-back-erased'])
  if (reconciled.code > 1) context.say(`Files could not be looked at: ${lastWords(reconciled)}`)
  await startStack(context, String(configuration.project))
  await smoke(context)
  return true
}

async function newestHeartbeat({ engine }: Context): Promise<string | null> {
  const said = await ask(
    engine,
    'select to_char(max(at) at time zone \'utc\', \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\') from heartbeats where at < pg_postmaster_start_time()',
    'innosynth',
  )
  return said || null
}
