/** innosynth restore: back to a set or to a stated second; returns by itself where the restored stack is not healthy. */
import { randomUUID } from 'node:crypto'
import { chown, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { proxyFile, restoreProxy, unpackConfiguration } from './backup-config.ts'
import { setSchedule } from './backup-schedule.ts'
import { chooseSet, type Manifest, parseTime, readSetFile, readSets } from './backup-set.ts'
import type { Configuration } from './config.ts'
import { readConfiguration, configurationFile } from './deployment.ts'
import { missingImages } from './images.ts'
import { foldersOf } from './install.ts'
import { carryOut, type Journal, putBackBefore, readJournal, type Restored, writeJournal } from './restore-steps.ts'
import { lock, readState, writeState } from './state.ts'
import { type Context, flag, type Given, type Outcome, Stop, text, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'restore',
  summary: 'go back to a backup set or to a stated second',
  details: [
    'Without --set and --time everything that reached the backup is restored. The present database is put aside first and',
    'comes back by itself where the restored stack is not healthy; --undo goes back to it later. Cut off anywhere, the next',
    'run goes on. On an empty host: --from FOLDER --recovery-key FILE make the deployment folder anew.',
    'Phases, for --fault: check, present, stop, aside, database, reconcile, start, smoke; each as NAME:begin or NAME:end.',
  ].join('\n'),
  options: {
    set: { type: 'string', value: 'NAME', summary: 'start from this set (default: the right one is found)' },
    time: { type: 'string', value: 'TIME', summary: 'to this second, UTC, as in 2026-11-24T17:15:00Z' },
    from: { type: 'string', value: 'FOLDER', summary: 'backup folder, on a host without the installation' },
    'recovery-key': { type: 'string', value: 'FILE', summary: 'file with the recovery key; needed with --from' },
    'bring-back-erased': { type: 'boolean', summary: 'documents deleted for good since then come back too' },
    undo: { type: 'boolean', summary: 'go back to the database of before the last restore' },
    'dry-run': { type: 'boolean', summary: 'say what would be done and stop' },
    yes: { type: 'boolean', summary: 'ask nothing' },
  },
  run,
}

async function run(context: Context, given: Given): Promise<Outcome> {
  const started = performance.now()
  const from = text(given, 'from')
  const empty = !(await stat(join(context.dir, configurationFile)).catch(() => null))
  // Made anew by a run that was cut off: it goes on as on its own host.
  const begun = !empty && (await stat(join(context.dir, proxyFile)).catch(() => null)) !== null
  if (empty || (from && !begun)) await makeFolderAnew(context, given, from, empty)
  const { configuration } = await readConfiguration(context.dir)
  const before = await readJournal(context.dir)
  if (flag(given, 'undo')) return undo(context, configuration, before)
  const journal =
    before && !before.done ? resumed(context, before, given) : await planned(context, configuration, given)
  const target = journal.time ?? 'everything that reached the backup'
  if (flag(given, 'dry-run'))
    return {
      code: 0,
      text: `Would restore to ${target}, from set ${journal.set} (ends ${journal.stopped}). Nothing was changed.`,
      data: { plan: journal },
    }
  if (context.ask && !flag(given, 'yes')) {
    const answer = await context.ask(
      `Restore ${context.dir} to ${target}? Changes after it are put aside. yes or no`,
      'no',
    )
    if (!/^(y|yes)$/i.test(answer)) return { code: 2, text: 'Nothing was changed.', data: {} }
  }
  const held = await lock(context.dir, 'restore', context.say)
  try {
    await requireImages(context)
    await restoreProxy(context)
    await writeJournal(context.dir, journal)
    const result = await carryOut(context, configuration, journal)
    await remember(context, result)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    const schedule = (empty || begun) && result.code <= 1 ? await scheduleAnew(context, configuration) : null
    return {
      code: result.code,
      text: [describe(result, target, seconds), ...(schedule?.missing ? [schedule.missing] : [])].join('\n'),
      data: { ...result, seconds, target, schedule },
    }
  } finally {
    await held.release()
  }
}

async function planned(context: Context, configuration: Configuration, given: Given): Promise<Journal> {
  const wanted = text(given, 'time')
  const time = wanted ? parseTime(wanted, context.now()) : undefined
  const { sets } = await readSets(String(configuration['backup.dir']))
  const set = chooseSet(sets, { set: text(given, 'set'), time })
  await sameVersion(context, set)
  return {
    id: randomUUID().slice(0, 8),
    set: set.name,
    label: set.postgres.label,
    stopped: set.postgres.stopped,
    time: wanted ?? null,
    bringBackErased: flag(given, 'bring-back-erased'),
    at: context.now().toISOString(),
    step: null,
    hadBefore: null,
    timelineBefore: null,
    done: false,
  }
}

function resumed({ say }: Context, before: Journal, given: Given): Journal {
  const [set, time] = [text(given, 'set'), text(given, 'time')]
  if ((time !== undefined && time !== before.time) || (set !== undefined && set !== before.set))
    throw new Stop(
      'unfinished',
      `A restore to ${before.time ?? 'the latest'} from set ${before.set} was cut off and is not finished.`,
      'Run `innosynth restore` without --set and --time to finish it, or `innosynth restore --undo` to go back.',
    )
  say(`A restore that was cut off at "${before.step ?? 'its beginning'}" goes on.`)
  return before
}

/** Schema and program belong together; a set of another version is restored with that version installed. */
async function sameVersion({ dir }: Context, set: Manifest): Promise<void> {
  const { version } = await readState(dir)
  if (version !== null && set.version !== version)
    throw new Stop(
      'version',
      `Set ${set.name} was made by version ${set.version}; ${version} is installed.`,
      `Install version ${set.version} first, restore, then upgrade.`,
    )
}

async function requireImages({ engine }: Context): Promise<void> {
  const missing = await missingImages(engine)
  if (missing.length > 0)
    throw new Stop(
      'images',
      `These images are not on this host: ${missing.join(', ')}.`,
      'Load the bundle: `innosynth bundle load`.',
    )
}

/** An empty host: configuration and secrets come out of the newest set (or --set). */
async function makeFolderAnew(
  { dir, say }: Context,
  given: Given,
  from: string | undefined,
  empty: boolean,
): Promise<void> {
  if (!empty) throw new Stop('installed', `${dir} holds an installation.`, 'Leave --from away, or give another --dir.')
  const keyFile = text(given, 'recovery-key')
  if (!from || !keyFile)
    throw new Stop(
      'not-installed',
      `There is no installation in ${dir}.`,
      'Give --from BACKUP_FOLDER and --recovery-key FILE.',
    )
  const backupDir = resolve(from)
  const wanted = text(given, 'time')
  const { sets } = await readSets(backupDir)
  const set = chooseSet(sets, { set: text(given, 'set'), time: wanted ? parseTime(wanted, new Date()) : undefined })
  const key = await readFile(keyFile, 'utf8').catch(() => {
    throw new Stop('recovery-key', `${keyFile} cannot be read.`, 'Give the file with the recovery key.')
  })
  const paths = await unpackConfiguration(dir, await readSetFile(backupDir, set, 'configuration.sealed'), key)
  const state = await readState(dir)
  await writeState(dir, { ...state, journal: null })
  const { configuration } = await readConfiguration(dir)
  if (resolve(String(configuration['backup.dir'])) !== backupDir)
    throw new Stop(
      'backup-dir',
      `The backups lie in ${backupDir}; this installation had them in ${String(configuration['backup.dir'])}.`,
      `Mount them there, or \`innosynth config set backup.dir ${backupDir}\`, then run \`innosynth restore\` without --from.`,
    )
  for (const { path, owner, mode } of foldersOf(configuration)) {
    await mkdir(path, { recursive: true, mode })
    if (owner !== 0 && process.getuid?.() === 0) await chown(path, owner, owner)
  }
  say(`The deployment folder was made anew from set ${set.name}: ${paths.length} files.`)
}

/** A new host backs up as the old one did; where it cannot, the restore is no worse for that and it is said. */
async function scheduleAnew(context: Context, configuration: Configuration) {
  if (!configuration['backup.schedule']) return null
  return setSchedule(context, configuration).catch((error: unknown) => ({
    missing: `Nothing is backed up by itself yet: ${error instanceof Error ? error.message : String(error)}`,
  }))
}

async function undo(context: Context, configuration: Configuration, before: Journal | null): Promise<Outcome> {
  if (!before?.hadBefore)
    throw new Stop(
      'undo',
      'There is no database of before a restore.',
      'Restore to a time instead: `innosynth restore --time`.',
    )
  const held = await lock(context.dir, 'restore --undo', context.say)
  try {
    const back = await putBackBefore(context, configuration, before)
    if (!back)
      throw new Stop(
        'undo',
        'The database of before was removed meanwhile.',
        'Restore to a time instead: `innosynth restore --time`.',
      )
    await rm(join(context.dir, 'restore.json'), { force: true })
    return { code: 0, text: `Back at the database of before the restore of ${before.at}.`, data: { undone: before } }
  } finally {
    await held.release()
  }
}

async function remember(context: Context, result: Restored): Promise<void> {
  const state = await readState(context.dir)
  const outcome = result.code === 0 || result.code === 1 ? `to ${result.reached ?? result.set}` : 'returned'
  const entry = { operation: 'restore', at: context.now().toISOString(), outcome }
  await writeState(context.dir, { ...state, history: [entry, ...state.history].slice(0, 50) })
}

function describe(result: Restored, target: string, seconds: number): string {
  if (result.code >= 3)
    return `The restore failed (${result.problem}). ${result.code === 3 ? 'The database of before is back and works.' : 'Nothing could be put back: a person is needed.'}`
  return [
    `Restored to ${target} from set ${result.set} in ${seconds} s.`,
    `  last change that was read   ${result.reached ?? 'none after the set'}`,
    `  newest sign of life         ${result.heartbeat ?? 'none'}`,
    `  files                       ${result.reconciled?.referenced ?? 0} named, ${result.reconciled?.restored ?? 0} brought back, ${result.reconciled?.missing.length ?? 0} lost, ${result.reconciled?.unreferenced ?? 0} named by nothing`,
    ...(result.reconciled?.erasedAgain
      ? [`  erased again                ${result.reconciled.erasedAgain} documents`]
      : []),
  ].join('\n')
}
