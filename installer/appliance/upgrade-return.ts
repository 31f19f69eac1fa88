/** The way back: the version before runs again with its data. Used when an upgrade fails, was cut off, or is taken back. */
import { recordTimeline, restoreTo } from './upgrade-data.ts'
import { putBack, readUnderway } from './previous.ts'
import { startStack } from './start.ts'
import { lastWords } from './engine.ts'
import { clusterOf } from './database.ts'
import { stopUsers } from './exchange.ts'
import { readState, writeState } from './state.ts'
import { Stop, type Context } from './verb.ts'
import type { Underway } from './upgrade-plan.ts'

/** Phases before which nothing of the installation has been touched. */
const untouching = new Set(['verify', 'path', 'preflight', 'load'])

export type Returned = { touched: boolean; withData: boolean }

/** Ends an upgrade that did not come through. Throws with exit 4 where the old version cannot be brought back. */
export async function returnFromUpgrade(context: Context, loaded: string[] = []): Promise<Returned> {
  const { dir } = context
  const { journal } = await readState(dir)
  const touched = (journal?.phases ?? []).some(({ name }) => !untouching.has(name))
  const before = await readState(dir)
  // Cut off before it kept anything, this run finds the note of an earlier one, with an old restore point.
  const noted = touched ? await readUnderway(dir) : null
  const underway = noted?.run === journal?.id ? noted : null
  if (underway && before.version === underway.to) {
    // Cut off after the new version was recorded: it came through.
    await writeState(dir, { ...before, journal: null })
    return { touched: false, withData: false }
  }
  let withData = false
  if (underway) withData = (await bringBack(context, underway)).withData
  await removeImages(context, underway?.loaded ?? loaded)
  const state = await readState(dir)
  const at = context.now().toISOString()
  const entry = {
    operation: 'upgrade',
    at,
    outcome: `${underway?.to ?? 'a version'} did not come through; ${state.version} runs`,
  }
  await writeState(dir, { ...state, journal: null, history: [entry, ...state.history].slice(0, 50) })
  return { touched, withData }
}

/** Files, services, a smoke check; where that is not enough or the database was changed, the data of the restore point too. */
export async function bringBack(context: Context, underway: Underway): Promise<{ withData: boolean }> {
  const { dir, engine, progress } = context
  await stopUsers(context)
  await putBack(dir)
  const start = () => progress(`Starting ${underway.from} again`, () => startStack(context, underway.project))
  const mustRestore = underway.migrating && underway.changesDatabase
  if (!mustRestore) {
    const failed = await start()
      .then(() => tryOut(context, underway.cluster))
      .catch((error: unknown) => String(error))
    if (failed === null) return { withData: false }
    context.say(`${underway.from} does not run with the data as it is (${failed}).`)
  }
  const { restorePoint } = underway
  if (!restorePoint) throw new Stop('return', 'There is no restore point to go back to.', 'See `innosynth doctor`.', 4)
  await progress('Stopping the services', () =>
    engine.compose(['stop', '--timeout', '30', 'proxy', 'server', 'worker']),
  )
  await progress(`Restoring ${restorePoint.set}`, () => restoreTo(context, restorePoint, !mustRestore))
  await start()
  const failed = await tryOut(context, underway.cluster)
  if (failed !== null)
    throw new Stop(
      'return',
      `${underway.from} runs again and its smoke check fails: ${failed}`,
      'See `innosynth doctor`.',
      4,
    )
  await recordTimeline(context)
  return { withData: true }
}

/** As smoke, and the data must be that of before: an empty database is healthy too, with nobody in it to sign in. */
export async function tryOut(context: Context, cluster: string | null): Promise<string | null> {
  if (cluster && (await clusterOf(context.engine)) !== cluster)
    return 'the database is not the one of before: its volume was lost'
  return smoke(context)
}

/** Null: signed in, found, asked, cited. Otherwise what went wrong. */
export async function smoke({ engine, progress }: Context): Promise<string | null> {
  const result = await progress('Smoke check', () => engine.command(['smoke'], { timeout: 300_000 }))
  return result.code === 0 ? null : lastWords(result)
}

export async function removeImages({ engine }: Context, references: string[]): Promise<void> {
  for (const reference of references) await engine.docker(['image', 'rm', reference])
}
