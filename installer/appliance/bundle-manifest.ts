/** What a bundle says of itself. Everything in it is listed here with size and SHA-256; one signature covers this list. */

import { Stop } from './verb.ts'

export type Arch = 'amd64' | 'arm64'

export type BundledFile = { path: string; /** bytes */ size: number; sha256: string }

export type BundledImage = {
  /** `innosynth/app:0.1.0` */
  reference: string
  /** path within the bundle */
  file: string
  /** What an engine may call this image: its own id, the digest of its configuration, the digest of its OCI manifest. */
  ids: string[]
}

export type Manifest = {
  format: 1
  product: 'innosynth'
  version: string
  /** The oldest version that may be upgraded by this bundle. */
  minFromVersion: string
  arch: Arch
  /** Source revision and its time (ISO 8601). */
  revision: string
  created: string
  /** Names of the database migrations. The same list as the installed version's: its rollback is an image swap. */
  migrations: string[]
  images: BundledImage[]
  files: BundledFile[]
}

export type Refusal =
  | 'format'
  | 'signature'
  | 'missing'
  | 'truncated'
  | 'altered'
  | 'unexpected'
  | 'architecture'
  | 'replayed'
  | 'path'
  | 'image'
  | 'disk'

/** Why a bundle is not taken: a stable word for programs, a sentence for people. */
export class BundleRefused extends Stop {
  override name = 'BundleRefused'
  readonly refusal: Refusal
  constructor(refusal: Refusal, message: string) {
    super(refusal, message)
    this.refusal = refusal
  }
}

export const manifestFile = 'manifest.json'
export const signatureFile = 'manifest.sig'

/** The architecture in the engine's words. Throws on one that no bundle is made for. */
export function hostArch(arch: string = process.arch): Arch {
  if (arch === 'x64') return 'amd64'
  if (arch === 'arm64') return 'arm64'
  throw new BundleRefused('architecture', `There is no bundle for the architecture ${arch}; amd64 and arm64 exist.`)
}

/** Orders `1.2.3` and `1.2.3-rc.1` as semantic versions do: below 0 when `a` is older, 0 when the same. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)]
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - right.numbers[index]!
    if (difference !== 0) return difference
  }
  if (left.pre === right.pre) return 0
  if (left.pre === '') return 1
  if (right.pre === '') return -1
  return left.pre.localeCompare(right.pre, 'en', { numeric: true })
}

function split(version: string) {
  const parts = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/.exec(version)
  if (!parts) throw new BundleRefused('format', `"${version}" is not a version like 1.2.3.`)
  return { numbers: parts.slice(1, 4).map(Number), pre: parts[4] ?? '' }
}

/** Reads a manifest whose signature holds. Shapes are checked all the same: a signed mistake must not be half done. */
export function parseManifest(bytes: Buffer): Manifest {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new BundleRefused('format', `${manifestFile} is not JSON.`)
  }
  if (!isManifest(value)) throw new BundleRefused('format', `${manifestFile} is not of a form this installer knows.`)
  split(value.version)
  split(value.minFromVersion)
  const known = new Set<string>()
  for (const { path } of value.files) {
    if (!isInside(path) || known.has(path))
      throw new BundleRefused('format', `${manifestFile} lists a path that is not allowed: ${path}`)
    known.add(path)
  }
  for (const image of value.images)
    if (!known.has(image.file))
      throw new BundleRefused('format', `${manifestFile} names the image file ${image.file} and does not list it.`)
  return value
}

const isInside = (path: string) =>
  path !== manifestFile &&
  path !== signatureFile &&
  !path.startsWith('/') &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value)) return false
  const texts = ['version', 'minFromVersion', 'revision', 'created']
  return (
    value['format'] === 1 &&
    value['product'] === 'innosynth' &&
    (value['arch'] === 'amd64' || value['arch'] === 'arm64') &&
    texts.every((name) => typeof value[name] === 'string') &&
    areTexts(value['migrations']) &&
    Array.isArray(value['images']) &&
    value['images'].every(isImage) &&
    Array.isArray(value['files']) &&
    value['files'].every(isFile)
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const areTexts = (value: unknown) => Array.isArray(value) && value.every((entry) => typeof entry === 'string')
const isImage = (value: unknown) =>
  isRecord(value) &&
  typeof value['reference'] === 'string' &&
  typeof value['file'] === 'string' &&
  areTexts(value['ids'])
const isFile = (value: unknown) =>
  isRecord(value) &&
  typeof value['path'] === 'string' &&
  Number.isSafeInteger(value['size']) &&
  typeof value['sha256'] === 'string' &&
  /^[0-9a-f]{64}$/.test(value['sha256'])
