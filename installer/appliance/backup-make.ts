/** Makes one backup set: the database first, then the files, then configuration and secrets, the manifest last. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { packConfiguration } from './backup-config.ts'
import { hostFacts, tellFacts } from './backup-facts.ts'
import {
  describeFile,
  dropExpired,
  fingerprint,
  type Manifest,
  nameOf,
  readSets,
  setsFolder,
  typeFor,
  writeManifest,
  writeTimeline,
} from './backup-set.ts'
import type { Configuration } from './config.ts'
import { imageIds } from './containers.ts'
import { besideRunning, pushWal, repositoryInfo, timelineOf } from './database.ts'
import { lastWords } from './engine.ts'
import { wantedImages } from './images.ts'
import { ensureRecoveryKey, fingerprintOf, privateKeyFile, takeKeyAway } from './recovery-key.ts'
import { dropAsides } from './restore-volume.ts'
import { allSecrets } from './secrets.ts'
import { readState, writeWhole } from './state.ts'
import { type Context, Stop } from './verb.ts'

type Copied = Manifest['objects'] & { objects: number; copied: number; bytes: number; damaged: string[] }
/** `keyFile`: where the recovery key lies, when this backup made it. */
export type Made = { manifest: Manifest; keyFile: string | null; damaged: string[]; kept: string[] }

export async function makeBackup(
  context: Context,
  configuration: Configuration,
  wish: Manifest['type'] | 'auto',
): Promise<Made> {
  const { dir, engine, progress, checkpoint } = context
  const started = context.now()
  const backupDir = String(configuration['backup.dir'])
  const state = await readState(dir)
  await refuseInsideData(context, configuration)
  const { sets } = await readSets(backupDir)
  const type = wish === 'auto' ? typeFor(sets, started) : wish
  const name = nameOf(started)
  const { publicText, made: keyFile } = await ensureRecoveryKey(dir)
  if (keyFile) context.say(takeKeyAway(keyFile))

  const late = await progress('Waiting for the archive', () => pushWal(engine))
  if (late !== null) {
    await tellFacts(context, { backup: failed(context, name, type, 'The archive does not take what is written.') })
    throw new Stop(
      'archive',
      `The last archive failed, so a backup would not be complete: ${late}`,
      'Look at the space and the owner (10105) of the folder `postgres` in the backup folder.',
      4,
    )
  }
  checkpoint('archive:end')
  const postgres = await progress(`Backing up the database (${type})`, () => backUpDatabase(context, type, name))
  checkpoint('database:end')
  const copied = await progress('Copying files', () => copyFiles(context, name))
  checkpoint('objects:end')
  const folder = join(setsFolder(backupDir), name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const sealed = await packConfiguration(context, publicText)
  await writeWhole(join(folder, 'configuration.sealed'), sealed, 0o600)
  const manifest: Manifest = {
    schema: 1,
    name,
    at: started.toISOString(),
    type,
    version: state.version ?? '',
    project: String(configuration.project),
    postgres,
    objects: {
      referenced: copied.referenced,
      listSha256: copied.listSha256,
      stored: copied.objects,
      copied: copied.copied,
      copiedBytes: copied.bytes,
    },
    images: Object.fromEntries(await imageIds(engine, await wantedImages(engine))),
    files: { 'configuration.sealed': describeFile(sealed) },
    fingerprints: Object.fromEntries((await allSecrets(dir)).map(({ path, value }) => [path, fingerprint(value)])),
    recoveryKey: fingerprintOf(publicText),
    heartbeat: null,
    seconds: Math.round((context.now().getTime() - started.getTime()) / 100) / 10,
  }
  await writeManifest(backupDir, manifest)
  checkpoint('manifest:end')
  await writeTimeline(backupDir, postgres.timeline)
  const kept = await expire(context, backupDir, name)
  await dropAsides(context, 24)
  await tellFacts(context, {
    backup: {
      at: manifest.at,
      set: name,
      type,
      ok: copied.damaged.length === 0,
      problem: copied.damaged.length === 0 ? null : `${copied.damaged.length} files in the store are damaged.`,
      offHost: (await environment(dir)).includes('\nINNOSYNTH_OFFHOST=yes'),
      keyOnHost: existsSync(join(dir, privateKeyFile)),
    },
    ...(await hostFacts(context, configuration, state.version ?? '')),
  })
  return { manifest, keyFile, damaged: copied.damaged, kept }
}

const environment = (dir: string) => readFile(join(dir, '.env'), 'utf8').catch(() => '')

const failed = (context: Context, set: string, type: string, problem: string) => ({
  at: context.now().toISOString(),
  set,
  type,
  ok: false,
  problem,
  offHost: false,
  keyOnHost: existsSync(join(context.dir, privateKeyFile)),
})

/** A backup that goes down with the data is none. */
export async function refuseInsideData({ dir, engine }: Context, configuration: Configuration): Promise<void> {
  const backupDir = await realpath(String(configuration['backup.dir'])).catch(() => null)
  if (!backupDir)
    throw new Stop(
      'backup-dir',
      `The backup folder ${String(configuration['backup.dir'])} is not there.`,
      'Mount it, then run the command again.',
    )
  const { stdout } = await engine.docker([
    ...['volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${String(configuration.project)}`],
  ])
  const names = stdout.split('\n').filter(Boolean)
  const places =
    names.length === 0
      ? []
      : (await engine.docker(['volume', 'inspect', '--format', '{{.Mountpoint}}', ...names])).stdout.split('\n')
  for (const place of [dir, ...places].filter(Boolean))
    if (isWithin(backupDir, resolve(place)))
      throw new Stop(
        'backup-dir',
        `The backup folder ${backupDir} lies inside ${place}, which it is meant to outlive.`,
        'Set backup.dir to another disk: `innosynth config set backup.dir FOLDER`.',
      )
}

export const isWithin = (path: string, folder: string) => path === folder || path.startsWith(folder + sep)

async function backUpDatabase(
  { engine }: Context,
  type: Manifest['type'],
  name: string,
): Promise<Manifest['postgres']> {
  const result = await besideRunning(engine, ['backup', `--type=${type}`, `--annotation=set=${name}`])
  if (result.code !== 0)
    throw new Stop(
      'database',
      `The database could not be backed up: ${lastWords(result)}`,
      'See `innosynth doctor`.',
      4,
    )
  const info = await repositoryInfo(await besideRunning(engine, ['info', '--output=json']))
  const newest = info.backup.at(-1)
  if (!newest || newest.error)
    throw new Stop(
      'database',
      'The backup of the database has page errors.',
      'Restore the set before and look at the disk.',
      4,
    )
  return {
    label: newest.label,
    lsn: newest.lsn.stop,
    stopped: new Date(newest.timestamp.stop * 1000).toISOString(),
    timeline: (await timelineOf(engine)) ?? 1,
    bytes: newest.info.size,
    repositoryBytes: newest.info.repository.delta,
  }
}

async function copyFiles({ engine }: Context, name: string): Promise<Copied> {
  const result = await engine.command(['objects-copy', '--set', name])
  if (result.code > 1)
    throw new Stop(
      'objects',
      `The files could not be copied: ${lastWords(result)}`,
      'Run the backup again: it goes on.',
      4,
    )
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') as Copied
}

/** Drops sets whose database backup the repository has let go, then files that no set names. */
async function expire({ engine, say }: Context, backupDir: string, current: string): Promise<string[]> {
  const info = await repositoryInfo(await besideRunning(engine, ['info', '--output=json']))
  const kept = await dropExpired(backupDir, new Set(info.backup.map(({ label }) => label)), current)
  const pruned = await engine.command(['objects-prune', '--keep', kept.join(',')])
  if (pruned.code !== 0) say(`Old files in the backup could not be removed: ${lastWords(pruned)}`)
  return kept
}
