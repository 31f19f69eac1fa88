/** A model that somebody carried here: a folder with one folder a model, or an offline bundle, a ZIP of the same. */
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { isPinned } from './download.ts'
import type { ModelEntry } from './manifest.ts'

/**
 * Copies the model's files from `place/<name>/` (or out of the ZIP `place`) into `staging`. Returns false where the place
 * does not hold this model. Throws where a file of it is not the one in the manifest.
 */
export async function obtainFromFolder(entry: ModelEntry, place: string, staging: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined)
  if (!found) throw new Error(`${place} does not exist`)
  return found.isDirectory() ? fromFolder(entry, place, staging) : fromBundle(entry, place, staging)
}

async function fromFolder(entry: ModelEntry, place: string, staging: string): Promise<boolean> {
  const home = join(place, entry.name)
  if (!(await stat(home).catch(() => undefined))?.isDirectory()) return false
  for (const file of entry.files) {
    const from = join(home, file.path)
    if (!(await isPinned(from, file))) throw new Error(`${from} is missing or not the expected file`)
    await mkdir(dirname(join(staging, file.path)), { recursive: true })
    await copyFile(from, join(staging, file.path))
  }
  return true
}

async function fromBundle(entry: ModelEntry, place: string, staging: string): Promise<boolean> {
  const wanted = new Map(entry.files.map((file) => [`${entry.name}/${file.path}`, file]))
  const inside = (path: string) => [...wanted.keys()].find((name) => path === name || path.endsWith(`/${name}`))
  const unpacked = unzipSync(await readFile(place), {
    filter: (file) => {
      const name = inside(file.name)
      return name !== undefined && file.originalSize === wanted.get(name)?.bytes
    },
  })
  if (Object.keys(unpacked).length === 0) return false
  for (const [path, bytes] of Object.entries(unpacked)) {
    const file = wanted.get(inside(path) ?? '')
    if (!file) continue
    await mkdir(dirname(join(staging, file.path)), { recursive: true })
    await writeFile(join(staging, file.path), bytes)
  }
  return true
}
