/** innosynth rollback: back to the version before the last upgrade. An image swap, unless that upgrade changed the database. */
import { missingImages } from './images.ts'
import { previousFolder, readUnderway } from './previous.ts'
import { lock, readState, writeState } from './state.ts'
import { bringBack } from './upgrade-return.ts'
import { finishCutOff } from './upgrade-steps.ts'
import { flag, Stop, type Context, type Outcome, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'rollback',
  summary: 'go back to the version before the last upgrade',
  details:
    'After a patch this exchanges the images and keeps all data. Where the upgrade changed the database, everything written since\nthen is lost: it is said first, and done only with --with-data.',
  options: {
    'with-data': { type: 'boolean', summary: 'also put the database back to the restore point of that upgrade' },
    'dry-run': { type: 'boolean', summary: 'say what would happen and what would be lost' },
  },
  async run(context, given) {
    const held = await lock(context.dir, 'rollback', context.say)
    try {
      if (await finishCutOff(context)) {
        const { version } = await readState(context.dir)
        return {
          code: 0,
          text: `The upgrade that was cut off is taken back. Version ${version} runs.`,
          data: { version },
        }
      }
      return await rollBack(context, flag(given, 'with-data'), flag(given, 'dry-run'))
    } finally {
      await held.release()
    }
  },
}

async function rollBack(context: Context, withData: boolean, dryRun: boolean): Promise<Outcome> {
  const { dir } = context
  const state = await readState(dir)
  const underway = await readUnderway(dir)
  if (!state.previous || !underway || underway.from !== state.previous || underway.to !== state.version)
    throw new Stop('rollback', 'There is no version to go back to.', 'Only the last upgrade can be taken back, once.')
  const loses = underway.changesDatabase
  const told = loses
    ? `Version ${underway.from} needs the database of ${underway.startedAt}: everything written since then is lost.`
    : `Version ${underway.from} runs with the data as it is; nothing is lost.`
  if (dryRun) return { code: 0, text: told, data: { from: state.version, to: underway.from, loses } }
  if (loses && !withData) throw new Stop('rollback', told, 'If that is meant, give --with-data.')
  const done = await bringBack(context, { ...underway, migrating: loses })
  const missing = await missingImages(context.engine)
  if (missing.length > 0)
    throw new Stop('rollback', `Missing: ${missing.join(', ')}.`, `See ${previousFolder(dir)}.`, 4)
  const at = context.now().toISOString()
  const history = [
    { operation: 'rollback', at, outcome: `${underway.to} to ${underway.from}` },
    ...state.history,
  ].slice(0, 50)
  await writeState(dir, { ...(await readState(dir)), version: underway.from, previous: null, journal: null, history })
  return {
    code: 0,
    text: `Version ${underway.from} runs${done.withData ? `, with the data of ${underway.startedAt}` : ' with all data'}.`,
    data: { version: underway.from, withData: done.withData },
  }
}
