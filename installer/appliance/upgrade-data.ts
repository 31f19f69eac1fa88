/** The data around an upgrade: a backup set before anything is changed, and the way back to it. */
import { makeBackup } from './backup-make.ts'
import { readTimeline, writeTimeline } from './backup-set.ts'
import { besideStopped, timelineOf } from './database.ts'
import { readConfiguration } from './deployment.ts'
import { lastWords } from './engine.ts'
import { Stop, type Context } from './verb.ts'

/** Name of the set, and its label in the repository. */
export type RestorePoint = { set: string; label: string }

export async function takeRestorePoint(context: Context): Promise<RestorePoint> {
  const { configuration } = await readConfiguration(context.dir)
  const { manifest } = await makeBackup(context, configuration, 'incr')
  return { set: manifest.name, label: manifest.postgres.label }
}

/**
 * Puts the database back, files of the store stay: they are named by their content and nothing removed any.
 * `newest`: everything that was written is kept, to the last archived second; otherwise the moment of the restore point.
 * The database must be stopped or gone; it starts with the stack.
 */
export async function restoreTo(context: Context, { label }: RestorePoint, newest: boolean): Promise<void> {
  const { dir, engine } = context
  const { configuration } = await readConfiguration(dir)
  const timeline = await readTimeline(String(configuration['backup.dir']))
  const target = newest
    ? ['--type=default', ...(timeline ? [`--target-timeline=${timeline}`] : [])]
    : ['--type=immediate', '--target-action=promote', `--set=${label}`]
  await engine.mustCompose('Stopping the database', ['stop', '--timeout', '60', 'postgres'])
  const result = await besideStopped(engine, 'innosynth-pgbackrest', ['restore', '--delta', ...target])
  if (result.code !== 0)
    throw new Stop('return', `The database cannot be restored: ${lastWords(result)}`, 'Use `innosynth restore`.', 4)
}

/** After a restore the database writes a new timeline; later restores must follow that one. */
export async function recordTimeline({ dir, engine }: Context): Promise<void> {
  const { configuration } = await readConfiguration(dir)
  const timeline = await timelineOf(engine)
  if (timeline) await writeTimeline(String(configuration['backup.dir']), timeline)
}
