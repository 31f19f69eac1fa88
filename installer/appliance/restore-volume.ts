/** The database's folder in its volume: put aside, restored, put back. Only while no database runs. */
import { inVolume } from './database.ts'
import { lastWords } from './engine.ts'
import { type Context, Stop } from './verb.ts'

const root = '/var/lib/postgresql/18'

async function must({ engine }: Context, what: string, script: string): Promise<string> {
  const result = await inVolume(engine, script)
  if (result.code !== 0)
    throw new Stop('volume', `${what} failed: ${lastWords(result)}`, 'Run the command again: it goes on.', 4)
  return result.stdout.trim()
}

/**
 * Moves the present database out of the way under the number of this restore; a second call clears what a cut-off restore
 * left. False where there was none, as after `docker compose down -v`.
 */
export async function putAside(context: Context, id: string): Promise<boolean> {
  const script = `mkdir -p ${root}; cd ${root}
    if [ -d before-${id} ]; then rm -rf main; elif [ -s main/PG_VERSION ]; then mv main before-${id}; else rm -rf main; fi
    rm -rf main.fresh; [ -d before-${id} ] && echo kept || echo none`
  return (await must(context, 'Putting the present database aside', script)) === 'kept'
}

/** Puts the database of before this restore back. False where there is none. */
export async function putBack(context: Context, id: string): Promise<boolean> {
  const script = `cd ${root}; if [ -d before-${id} ]; then rm -rf main; mv before-${id} main; echo back; else echo none; fi`
  return (await must(context, 'Putting the database of before back', script)) === 'back'
}

/** Databases of earlier restores: those put aside longer ago than so many hours go, as the return to them has become stale. */
export async function dropAsides({ engine, say }: Context, hours: number): Promise<void> {
  const { code } = await engine.compose([
    ...['exec', '-T', 'postgres', 'find', root, '-maxdepth', '1', '-name', 'before-*'],
    ...['-cmin', `+${hours * 60}`, '-exec', 'rm', '-rf', '{}', '+'],
  ])
  if (code !== 0) say('Databases of earlier restores could not be removed.')
}
