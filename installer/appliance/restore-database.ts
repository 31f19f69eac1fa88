/** Brings the database back from the repository and waits until it has read the archive to the wanted point. */
import { ask, besideStopped, timelineOf } from './database.ts'
import { lastWords } from './engine.ts'
import { type Context, Stop } from './verb.ts'

export type Target = { label: string; time: Date | null; timeline: number | null }

/** Arguments of pgBackRest's restore. */
export function restoreArguments({ label, time, timeline }: Target): string[] {
  // pgBackRest reads no "Z"; without an offset it would take the local time.
  const stated = time ? `${time.toISOString().slice(0, 19).replace('T', ' ')}+00` : null
  return [
    'restore',
    `--set=${label}`,
    ...(stated ? ['--type=time', `--target=${stated}`, '--target-action=promote'] : []),
    ...(timeline === null ? [] : [`--target-timeline=${timeline}`]),
  ]
}

/** Restores into the empty volume, starts the database alone, waits for the end of recovery. Gives the last time that was read. */
export async function restoreDatabase(context: Context, target: Target): Promise<{ reached: string | null }> {
  await fetch(context, target)
  const first = await recover(context)
  if (first === 'ready') return { reached: await reachedBy(context) }
  // The archive ends before the stated time: then everything in it belongs to the wanted state.
  if (first !== 'too-short' || !target.time) throw unrecovered(first)
  context.say('The archive ends before the stated time; everything in it is restored.')
  await context.engine.compose(['rm', '--force', '--stop', 'postgres'])
  const cleared = await besideStopped(context.engine, 'bash', ['-euc', 'rm -rf "$PGDATA"'])
  if (cleared.code !== 0) throw unrecovered(lastWords(cleared))
  await fetch(context, { ...target, time: null })
  const second = await recover(context)
  if (second !== 'ready') throw unrecovered(second)
  return { reached: await reachedBy(context) }
}

const unrecovered = (why: string) =>
  new Stop(
    'recovery',
    `The database did not come up from the backup: ${why}`,
    'Try another set: `innosynth backup list`.',
    4,
  )

async function fetch({ engine, progress }: Context, target: Target): Promise<void> {
  const result = await progress('Restoring the database', () =>
    besideStopped(engine, 'innosynth-pgbackrest', restoreArguments(target)),
  )
  if (result.code !== 0) throw unrecovered(lastWords(result))
}

/** 'ready', 'too-short' (the archive ends before the target), or the database's last words. */
async function recover({ engine, progress }: Context): Promise<string> {
  return progress('Reading the archive', async () => {
    const up = await engine.compose(['up', '--detach', '--no-build', '--no-deps', '--force-recreate', 'postgres'])
    if (up.code !== 0) return lastWords(up)
    for (;;) {
      if ((await ask(engine, 'select pg_is_in_recovery()')) === 'f') return 'ready'
      const logs = (await engine.compose(['logs', '--no-log-prefix', '--tail', '200', 'postgres'])).stdout
      if (logs.includes('recovery ended before configured recovery target was reached')) return 'too-short'
      const fatal = /(?:FATAL|PANIC):\s+(.*)/.exec(
        logs.replaceAll(/FATAL:\s+the database system is (starting up|not yet accepting connections).*/g, ''),
      )
      if (fatal) return fatal[1]!
      await new Promise((later) => setTimeout(later, 500))
    }
  })
}

/** The time of the last change that was read, as the database says in its log. */
async function reachedBy({ engine }: Context): Promise<string | null> {
  const { stdout } = await engine.compose(['logs', '--no-log-prefix', 'postgres'])
  const found = [...stdout.matchAll(/last completed transaction was at log time (\S+ \S+)/g)].at(-1)
  return found ? new Date(found[1]!.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString() : null
}

export { timelineOf }
