/** A backup set: what a manifest says, how sets are found, and how one is chosen for a restore. */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from './state.ts'
import { Stop } from './verb.ts'

export type Manifest = {
  schema: 1
  /** "2026-11-24T17-15-00Z": the time it was begun. */
  name: string
  at: string
  type: 'full' | 'diff' | 'incr'
  version: string
  project: string
  postgres: {
    label: string
    lsn: string
    /** When its last byte was read: a restore cannot go back further with this set. */
    stopped: string
    timeline: number
    bytes: number
    repositoryBytes: number
  }
  /** The list of files the database named, as `lists/NAME.txt` beside the files. */
  objects: { referenced: number; listSha256: string; stored: number; copied: number; copiedBytes: number }
  /** Image name → id on the host it was made on. */
  images: Record<string, string>
  /** Files of the set beside this one. */
  files: Record<string, { sha256: string; bytes: number }>
  /** First 16 hexadecimal digits of SHA-256, by path: which secret it was, not what. */
  fingerprints: Record<string, string>
  recoveryKey: string
  heartbeat: string | null
  seconds: number
}

const hash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
export const setsFolder = (backupDir: string) => join(backupDir, 'sets')
export const nameOf = (now: Date) => `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`

export async function writeManifest(backupDir: string, manifest: Manifest): Promise<void> {
  const folder = join(setsFolder(backupDir), manifest.name)
  const content = `${JSON.stringify(manifest, null, 2)}\n`
  await writeWhole(join(folder, 'manifest.sha256'), `${hash(content)}  manifest.json\n`, 0o600)
  // Last: a set without a manifest was cut off and is no set.
  await writeWhole(join(folder, 'manifest.json'), content, 0o600)
}

/** All whole sets, newest first; `broken`: folders whose manifest is missing or is not what was written. */
export async function readSets(backupDir: string): Promise<{ sets: Manifest[]; broken: string[] }> {
  const names = await readdir(setsFolder(backupDir)).catch(() => [] as string[])
  const sets: Manifest[] = []
  const broken: string[] = []
  for (const name of names.filter((one) => /^\d{4}-/.test(one)).toSorted()) {
    const manifest = await readManifest(backupDir, name).catch(() => null)
    if (manifest) sets.unshift(manifest)
    else broken.push(name)
  }
  return { sets, broken }
}

async function readManifest(backupDir: string, name: string): Promise<Manifest> {
  const folder = join(setsFolder(backupDir), name)
  const content = await readFile(join(folder, 'manifest.json'), 'utf8')
  const said = await readFile(join(folder, 'manifest.sha256'), 'utf8')
  if (said.split(' ')[0] !== hash(content)) throw new Error('changed')
  const manifest = JSON.parse(content) as Manifest
  if (manifest.schema !== 1 || manifest.name !== name) throw new Error('another shape')
  return manifest
}

/** A file of a set; throws Stop 'damaged' where it is not what the manifest says. */
export async function readSetFile(backupDir: string, manifest: Manifest, file: string): Promise<Buffer> {
  const content = await readFile(join(setsFolder(backupDir), manifest.name, file)).catch(() => null)
  if (!content || hash(content) !== manifest.files[file]?.sha256)
    throw new Stop(
      'damaged',
      `${file} of set ${manifest.name} is missing or damaged.`,
      'Restore from another set: `innosynth backup list`.',
    )
  return content
}

export const describeFile = (content: Uint8Array) => ({ sha256: hash(content), bytes: content.byteLength })
export const fingerprint = (secret: string) => hash(secret).slice(0, 16)

/** "2026-11-24T17:15:00Z" and nothing looser: a restore to a time that was understood otherwise is no restore. */
export function parseTime(given: string, now: Date): Date {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(given) ? new Date(given) : null
  if (!at || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== given.slice(0, 19))
    throw new Stop('time', `"${given}" is not a time.`, 'Write it in UTC as in 2026-11-24T17:15:00Z.')
  if (at > now) throw new Stop('time', `${given} has not come yet.`, `It is ${now.toISOString()}.`)
  return at
}

/** The set to start from: the one named, the newest finished before `time`, or the newest. */
export function chooseSet(sets: Manifest[], wish: { set?: string | undefined; time?: Date | undefined }): Manifest {
  const named = wish.set === undefined || wish.set === 'latest' ? undefined : sets.find(({ name }) => name === wish.set)
  if (wish.set !== undefined && wish.set !== 'latest' && !named)
    throw new Stop('set', `There is no set ${wish.set}.`, 'See `innosynth backup list`.')
  const before = wish.time ? sets.filter(({ postgres }) => new Date(postgres.stopped) <= wish.time!) : sets
  const chosen = named ?? before[0]
  if (!chosen)
    throw new Stop(
      'set',
      wish.time ? 'No set is as old as that time.' : 'There is no backup set.',
      wish.time
        ? `The oldest ends at ${sets.at(-1)?.postgres.stopped ?? 'no time'}.`
        : 'Make one with `innosynth backup`.',
    )
  if (wish.time && new Date(chosen.postgres.stopped) > wish.time)
    throw new Stop(
      'set',
      `Set ${chosen.name} ends at ${chosen.postgres.stopped}, after that time.`,
      'Leave --set away: the right one is found.',
    )
  return chosen
}

/** What a run without --type does: weekly full, daily diff, else incr. */
export function typeFor(sets: Manifest[], now: Date): Manifest['type'] {
  const hours = (type: Manifest['type'][]) => {
    const last = sets.find((one) => type.includes(one.type))
    return last ? (now.getTime() - new Date(last.at).getTime()) / 3_600_000 : Infinity
  }
  if (hours(['full']) > 7 * 24 - 1) return 'full'
  return hours(['full', 'diff']) > 23 ? 'diff' : 'incr'
}

/** Removes sets whose database backup has expired, and what a cut-off run left. Gives the names of those that stay. */
export async function dropExpired(backupDir: string, labels: Set<string>, current: string): Promise<string[]> {
  const { sets, broken } = await readSets(backupDir)
  const gone = [...sets.filter(({ postgres }) => !labels.has(postgres.label)).map(({ name }) => name), ...broken]
  for (const name of gone)
    if (name !== current) await rm(join(setsFolder(backupDir), name), { recursive: true, force: true })
  return sets.map(({ name }) => name).filter((name) => !gone.includes(name))
}

const timelineFile = (backupDir: string) => join(setsFolder(backupDir), 'timeline')

/**
 * The timeline the live database writes on. Each restore begins a new one; after a return from a restore the newest in the
 * archive is the abandoned branch, so "the latest" must never be guessed from the archive.
 */
export async function readTimeline(backupDir: string): Promise<number | null> {
  const text = await readFile(timelineFile(backupDir), 'utf8').catch(() => '')
  return /^\d+$/.test(text.trim()) ? Number(text) : null
}
export const writeTimeline = (backupDir: string, timeline: number) =>
  writeWhole(timelineFile(backupDir), `${timeline}\n`, 0o600)
