/** Lists everything in a bundle's folder and signs the list. */
import type { KeyObject } from 'node:crypto'
import { lstat, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestFile, signatureFile, type BundledFile, type Manifest } from './bundle-manifest.ts'
import { signManifest } from './bundle-signature.ts'
import { filesIn, sha256 } from './bundle-verify.ts'

/**
 * Writes manifest.json and manifest.sig for what lies in `folder`.
 * @param adjust the list before it is signed; for tests of what a verifier must refuse although it is signed
 */
export async function sealBundle(
  folder: string,
  facts: Omit<Manifest, 'files'>,
  key: KeyObject,
  adjust: (files: BundledFile[]) => BundledFile[] = (files) => files,
): Promise<Manifest> {
  await rm(join(folder, manifestFile), { force: true })
  await rm(join(folder, signatureFile), { force: true })
  const files: BundledFile[] = []
  for (const path of await filesIn(folder)) {
    const { size } = await lstat(join(folder, path))
    files.push({ path, size, sha256: await sha256(join(folder, path)) })
  }
  const manifest: Manifest = { ...facts, files: adjust(files) }
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  await writeFile(join(folder, manifestFile), bytes)
  await writeFile(join(folder, signatureFile), signManifest(bytes, key))
  return manifest
}
