/** Checks a bundle without a network: signature, version, architecture, then every byte of every file once. */
import { createHash, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import {
  BundleRefused,
  compareVersions,
  manifestFile,
  parseManifest,
  signatureFile,
  type Arch,
  type BundledFile,
  type Manifest,
} from './bundle-manifest.ts'
import { checkSignature } from './bundle-signature.ts'

export type VerifyOptions = {
  key: KeyObject
  arch: Arch
  /** The version that runs here, if one does: an older bundle is refused. */
  installed?: string | undefined
  /** Called with bytes read and bytes in all. */
  onProgress?: (read: number, total: number) => void
}

/** Gives the manifest of a bundle that is whole and signed. Throws BundleRefused with the reason. */
export async function verifyBundle(folder: string, options: VerifyOptions): Promise<Manifest> {
  const manifest = await readManifest(folder, options.key)
  checkFitsHere(manifest, options)
  await checkFiles(folder, manifest, manifest.files, options.onProgress)
  return manifest
}

/**
 * Signature, and every byte of what the bundle itself runs: enough to start its command line, which then verifies the rest.
 * Images and models are read by no program of the bundle and are left out, since they are nearly all of its size.
 */
export async function verifyProgram(folder: string, key: KeyObject): Promise<Manifest> {
  const manifest = await readManifest(folder, key)
  const program = manifest.files.filter(({ path }) => !/^(images|models)\//.test(path))
  await checkFiles(folder, manifest, program)
  return manifest
}

/** Throws where the folder holds more than is listed, or where one of `files` is not what was signed. */
async function checkFiles(
  folder: string,
  manifest: Manifest,
  files: BundledFile[],
  onProgress?: VerifyOptions['onProgress'],
) {
  const listed = new Set(manifest.files.map(({ path }) => path))
  for (const path of await filesIn(folder))
    if (!listed.has(path) && path !== manifestFile && path !== signatureFile)
      throw new BundleRefused('unexpected', `${path} is in the folder and not in the signed list.`)
  for (const file of files) await checkSize(folder, file)
  const total = files.reduce((sum, file) => sum + file.size, 0)
  let read = 0
  for (const file of files) {
    const found = await sha256(join(folder, file.path), (bytes) => onProgress?.((read += bytes), total))
    if (found !== file.sha256)
      throw new BundleRefused('altered', `${file.path} is not the file that was signed: its checksum differs.`)
  }
}

/** The manifest alone, its signature checked. Enough to say what a bundle is; not that it is whole. */
export async function readManifest(folder: string, key: KeyObject): Promise<Manifest> {
  const manifest = await readFile(join(folder, manifestFile)).catch(() => undefined)
  const signature = await readFile(join(folder, signatureFile)).catch(() => undefined)
  if (!manifest) throw new BundleRefused('missing', `${folder} is no bundle: it has no ${manifestFile}.`)
  if (!signature) throw new BundleRefused('signature', `The bundle is not signed: it has no ${signatureFile}.`)
  checkSignature(manifest, signature, key)
  return parseManifest(manifest)
}

function checkFitsHere(manifest: Manifest, { arch, installed }: VerifyOptions) {
  if (manifest.arch !== arch)
    throw new BundleRefused(
      'architecture',
      `This bundle is for ${manifest.arch} and this host is ${arch}. Take innosynth-${manifest.version}-${arch}.bundle.`,
    )
  if (installed !== undefined && compareVersions(manifest.version, installed) < 0)
    throw new BundleRefused(
      'replayed',
      `This bundle is version ${manifest.version}, older than ${installed}, which is installed. Going back is done with "innosynth rollback".`,
    )
}

async function checkSize(folder: string, file: BundledFile) {
  const found = await lstat(join(folder, file.path)).catch(() => undefined)
  if (!found) throw new BundleRefused('missing', `${file.path} is missing from the bundle.`)
  if (!found.isFile()) throw new BundleRefused('altered', `${file.path} is not a plain file.`)
  if (found.size < file.size)
    throw new BundleRefused(
      'truncated',
      `${file.path} is cut short: ${found.size} of ${file.size} bytes. Copy it again.`,
    )
  if (found.size > file.size)
    throw new BundleRefused('altered', `${file.path} is not the file that was signed: it is longer.`)
}

/** Paths of everything below a folder, relative, with "/", sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** Hex SHA-256 of a file, read once in pieces of a mebibyte. */
export async function sha256(file: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(piece as Buffer)
    onBytes?.((piece as Buffer).length)
  }
  return hash.digest('hex')
}
