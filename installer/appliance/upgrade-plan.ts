/** What an upgrade would do, decided before anything is touched: may it, is the installation as we left it, what comes back how. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BundleRefused, compareVersions, type Manifest } from './bundle-manifest.ts'
import { parseConfiguration, type Configuration } from './config.ts'
import { configurationFile, fileChanges, wantedFiles } from './deployment.ts'
import { readState } from './state.ts'
import type { RestorePoint } from './upgrade-data.ts'
import { Stop } from './verb.ts'

export type Plan = {
  from: string
  to: string
  /** Absolute path of the bundle. */
  bundle: string
  project: string
  /** The database changes its shape: nobody writes while it does, and the way back restores the data too. */
  changesDatabase: boolean
}

export const installedManifest = (dir: string) => join(dir, 'manifest.json')

/** Throws `path` where this bundle is no next step, `config` and `drift` where the administrator must decide first. */
export async function planUpgrade(
  dir: string,
  bundle: string,
  manifest: Manifest,
  overwrite: boolean,
): Promise<{ plan: Plan; configuration: Configuration }> {
  const state = await readState(dir)
  const from = state.version
  if (!from) throw new Stop('not-installed', `Nothing is installed in ${dir}.`, 'Use `innosynth install`.')
  checkPath(from, manifest)
  const configuration = await checkConfiguration(dir)
  const wanted = await wantedFiles(bundle, configuration, manifest.version)
  const byHand = (await fileChanges(dir, state, wanted, false)).filter(({ kind }) => kind === 'kept')
  if (byHand.length > 0 && !overwrite)
    throw new Stop(
      'drift',
      `Changed by hand since they were written: ${byHand.map(({ path }) => path).join(', ')}.`,
      'See `innosynth config diff`; --overwrite replaces them.',
    )
  const before = await migrationsOf(installedManifest(dir), from)
  const changesDatabase = before === null || before.join() !== manifest.migrations.join()
  const project = String(configuration.project)
  return { plan: { from, to: manifest.version, bundle, project, changesDatabase }, configuration }
}

export function checkPath(from: string, manifest: Manifest): void {
  const order = compareVersions(manifest.version, from)
  if (order === 0) throw new Stop('path', `Version ${from} runs here already.`)
  if (order < 0)
    throw new BundleRefused(
      'replayed',
      `This bundle is version ${manifest.version}, older than ${from}, which is installed.`,
    )
  if (compareVersions(from, manifest.minFromVersion) < 0)
    throw new Stop(
      'path',
      `Version ${manifest.version} can be reached from ${manifest.minFromVersion} on; ${from} is installed.`,
      `Upgrade to ${manifest.minFromVersion} first.`,
    )
}

async function checkConfiguration(dir: string): Promise<Configuration> {
  const { effective, problems } = parseConfiguration(await readFile(join(dir, configurationFile), 'utf8'))
  if (problems.length > 0)
    throw new Stop(
      'config',
      `The new version cannot use ${configurationFile}:\n${problems.map(({ message }) => `  ${message}`).join('\n')}`,
      'Correct it with the version that runs, then upgrade.',
    )
  return effective
}

/** Null: not known, so the data is treated as changed. */
async function migrationsOf(manifestFile: string, version: string): Promise<string[] | null> {
  const source = await readFile(manifestFile, 'utf8').catch(() => null)
  const manifest = source === null ? null : (JSON.parse(source) as Manifest)
  return manifest?.version === version ? manifest.migrations : null
}

/** What an upgrade under way knows, for whoever has to finish it: kept in previous/upgrade.json. */
export type Underway = Plan & {
  /** Number of the run in the journal: the note of an earlier one must never be followed. */
  run: string
  startedAt: string
  /** The backup set taken before anything was changed. */
  restorePoint: RestorePoint | null
  /** The database cluster it was taken of; an empty one in its place is a loss. */
  cluster: string | null
  /** The new version has begun to change the database. */
  migrating: boolean
  /** Images that were not here before. */
  loaded: string[]
}
