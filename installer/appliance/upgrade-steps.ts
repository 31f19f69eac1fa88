/** The phases of an upgrade, in one process. Until `drain` nothing of the installation is touched; every fault ends in the old version. */
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setSchedule } from './backup-schedule.ts'
import { loadImages } from './bundle-load.ts'
import { hostArch, manifestFile, type Manifest } from './bundle-manifest.ts'
import { readPublicKey } from './bundle-signature.ts'
import { verifyBundle } from './bundle-verify.ts'
import { pinnedKeyFile, trustedKey } from './bundle.ts'
import { clusterOf } from './database.ts'
import { fileChanges, hashOf, wantedFiles, writeFiles } from './deployment.ts'
import { lastWords } from './engine.ts'
import { exchangeServices } from './exchange.ts'
import { runPhases, type Phase } from './phases.ts'
import { judge } from './preflight.ts'
import { keepPresent, note, readUnderway } from './previous.ts'
import { ensureSecrets } from './secrets.ts'
import { lock, readState, writeState, writeWhole } from './state.ts'
import { takeRestorePoint } from './upgrade-data.ts'
import { planUpgrade, type Plan } from './upgrade-plan.ts'
import { removeImages, returnFromUpgrade, tryOut } from './upgrade-return.ts'
import { Stop, type Context, type Outcome } from './verb.ts'
import type { Configuration } from './config.ts'

export type UpgradeOptions = {
  /** Absolute path of the bundle. */
  bundle: string
  key?: string | undefined
  overwrite: boolean
  ignore: string[]
}

/** Phases in order, for --fault NAME:begin and NAME:end. */
export const phaseNames = [
  'verify',
  'path',
  'preflight',
  'load',
  'drain',
  'restore-point',
  'migrate',
  'start',
  'smoke',
  'commit',
] as const

/** @returns 0 done; 3 the old version runs. Throws a Stop with 2 for what is refused before anything was tried. */
export async function upgradeHere(context: Context, options: UpgradeOptions): Promise<Outcome> {
  const started = performance.now()
  const { dir } = context
  const held = await lock(dir, 'upgrade', context.say)
  const known: Known = { loaded: [] }
  try {
    await finishCutOff(context)
    try {
      await runPhases(context, 'upgrade', phasesOf(context, options, known))
    } catch (error) {
      return await comeBack(context, known, error)
    }
    const { from, to } = known.plan!
    const seconds = Math.round((performance.now() - started) / 1000)
    return { code: 0, text: `Version ${to} runs; it was ${from} (${seconds} s).`, data: { from, to, seconds } }
  } finally {
    await held.release()
  }
}

/** An upgrade that was cut off is taken back before another begins. */
export async function finishCutOff(context: Context): Promise<boolean> {
  const { journal } = await readState(context.dir)
  if (journal?.operation !== 'upgrade') return false
  context.say('An upgrade was cut off; the version before is brought back first.')
  await returnFromUpgrade(context)
  return true
}

async function comeBack(context: Context, known: Known, error: unknown): Promise<Outcome> {
  const why =
    error instanceof Stop ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
  const word = error instanceof Stop ? error.word : 'internal'
  const refused = !known.manifest || !known.plan || !known.judged
  context.say(`${why}\n${refused ? 'Nothing was changed.' : 'Going back to the version before.'}`)
  const { touched, withData } = await returnFromUpgrade(context, known.loaded)
  if (refused) throw error
  const version = (await readState(context.dir)).version
  const kept = withData ? ' with the data of the moment before' : touched ? ' with its data' : '; it never stopped'
  return {
    code: 3,
    text: `The upgrade did not come through: ${why}\nVersion ${version} runs${kept}.`,
    data: { version, word, why, withData },
  }
}

type Known = { manifest?: Manifest; plan?: Plan; configuration?: Configuration; judged?: boolean; loaded: string[] }

function phasesOf(context: Context, options: UpgradeOptions, known: Known): Phase[] {
  const { dir, engine } = context
  const { bundle } = options
  const key = () => trustedKey(dir, options.key)
  const phase = (name: (typeof phaseNames)[number], title: string, run: () => Promise<unknown>): Phase => ({
    name,
    title,
    run: async () => {
      await run()
      return []
    },
  })
  return [
    phase('verify', 'Checking the bundle', async () => {
      const { version: installed } = await readState(dir)
      known.manifest = await verifyBundle(bundle, {
        key: await readPublicKey(await key()),
        arch: hostArch(),
        installed: installed ?? undefined,
      })
    }),
    phase('path', 'Checking version, configuration and files', async () => {
      Object.assign(known, await planUpgrade(dir, bundle, known.manifest!, options.overwrite))
    }),
    phase('preflight', 'Looking at the host', async () => {
      const { blocks } = await judge(context, known.configuration!, options.ignore)
      if (blocks.length > 0)
        throw new Stop(
          'preflight',
          blocks.map(({ code, value, remedy }) => `${code}: ${value}. ${remedy}`).join('\n'),
          'Mend it, or go on with --ignore CODE.',
        )
      known.judged = true
    }),
    phase('load', 'Loading images', async () => {
      known.loaded = await loadImages(context, bundle, known.manifest!)
    }),
    phase('drain', 'Keeping the present files', async () => {
      await keepPresent(dir, {
        ...known.plan!,
        run: (await readState(dir)).journal!.id,
        startedAt: context.now().toISOString(),
        restorePoint: null,
        cluster: null,
        migrating: false,
        loaded: known.loaded,
      })
      // Without a change of the database nothing can be lost, so people go on working until the services are exchanged.
      if (known.plan!.changesDatabase)
        await engine.mustCompose('Stopping server and worker', ['stop', '--timeout', '60', 'server', 'worker'])
    }),
    phase('restore-point', 'Taking a restore point', async () => {
      await note(dir, { restorePoint: await takeRestorePoint(context), cluster: await clusterOf(engine) })
    }),
    phase('migrate', 'Bringing the database to the new version', async () => {
      await writeNewFiles(context, known)
      await note(dir, { migrating: true })
      const result = await engine.compose(['run', '--rm', '--no-deps', '-T', 'migrate'], { timeout: 900_000 })
      if (result.code !== 0) throw new Stop('migrate', `The migration failed: ${lastWords(result, 5)}`, '', 3)
    }),
    phase('start', 'Exchanging the services', () => exchangeServices(context, known.plan!.project)),
    phase('smoke', 'Trying it out', async () => {
      const failed = await tryOut(context, (await readUnderway(dir))!.cluster)
      if (failed !== null) throw new Stop('smoke', `The smoke check failed: ${failed}`, '', 3)
    }),
    phase('commit', 'Recording', async () => commit(context, known, await readFile(await key()))),
  ]
}

async function writeNewFiles({ dir }: Context, { plan, configuration }: Known) {
  const { bundle, to } = plan!
  const wanted = await wantedFiles(bundle, configuration!, to)
  const state = await readState(dir)
  await writeFiles(dir, await fileChanges(dir, state, wanted, true))
  await ensureSecrets(dir)
  const hashes = Object.fromEntries(wanted.map(({ path, content }) => [path, hashOf(content)]))
  await writeState(dir, { ...state, files: { ...state.files, ...hashes } })
}

async function commit(context: Context, { plan, manifest, configuration }: Known, key: Buffer) {
  const { dir, source } = context
  await cp(join(plan!.bundle, manifestFile), join(dir, manifestFile))
  await writeWhole(join(dir, pinnedKeyFile), key, 0o644)
  const state = await readState(dir)
  const at = context.now().toISOString()
  const history = [{ operation: 'upgrade', at, outcome: `${plan!.from} to ${plan!.to}` }, ...state.history].slice(0, 50)
  // Only the version before is kept for a rollback.
  const outdated = state.previous && state.previous !== plan!.from ? state.previous : null
  await writeState(dir, { ...state, version: plan!.to, previous: plan!.from, journal: null, history })
  if (outdated)
    await removeImages(
      context,
      manifest!.images.map(({ reference }) => reference.replace(/:[^:]*$/, `:${outdated}`)),
    )
  // The schedule runs the command line that lies in the bundle; the older bundle may be thrown away after this.
  if (configuration?.['backup.schedule'])
    await setSchedule({ ...context, source: plan!.bundle }, configuration).catch((error: unknown) =>
      context.say(`The schedule of backups is as it was: ${error instanceof Error ? error.message : String(error)}`),
    )
  context.say(`Installed from ${source === plan!.bundle ? 'this bundle' : plan!.bundle}.`)
}
