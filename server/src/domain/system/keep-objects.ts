import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scope } from '../../db/index.ts'
import { openBackupFolder } from './backup-folder.ts'
import { copyObjects, referenced, several } from './copy-objects.ts'
import { recordFacts } from './facts.ts'

const everyMs = 30_000

/** Copies new objects every half minute until the signal comes. What fails once is tried again; the lag is a fact that people see. */
export async function followObjects(scope: Scope, folder: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { objects, copied, damaged } = await copyObjects(scope, folder)
      if (copied > 0) scope.log.info({ objects, copied }, 'files copied into the backup')
      await recordFacts(scope, { objects: { at: new Date().toISOString(), copied: objects, behind: damaged.length } })
    } catch (error) {
      scope.log.error({ err: error }, 'copying files into the backup')
    }
    await new Promise<void>((later) => {
      const timer = setTimeout(later, everyMs)
      signal.addEventListener('abort', () => (clearTimeout(timer), later()), { once: true })
    })
  }
}

export type Verified = { checked: number; bytes: number; damaged: string[]; absent: string[] }

/** Reads whole files and compares them with their names: all that are there, and of set `list` also those that are not. */
export async function checkObjects(folder: string, list?: string): Promise<Verified> {
  const backup = openBackupFolder(folder)
  const result: Verified = { checked: 0, bytes: 0, damaged: [], absent: [] }
  const wanted = list === undefined ? null : new Set(await readList(folder, list))
  for await (const { sha256, bytes } of backup.list()) {
    if (wanted && !wanted.delete(sha256)) continue
    result.checked += 1
    result.bytes += bytes
    if (!(await backup.sound(sha256))) result.damaged.push(sha256)
  }
  if (wanted) result.absent = [...wanted]
  return result
}

/** Longer than the weekly fulls reach back: a file that came and went between two sets must be there for a restore to then. */
const graceMs = 35 * 24 * 3600 * 1000

/** Removes what no kept set names and what is older than 35 days. Without any set nothing is removed. */
export async function pruneObjects(folder: string, keep: string[], now: Date): Promise<{ removed: number }> {
  if (keep.length === 0) return { removed: 0 }
  const named = new Set<string>()
  for (const set of keep) for (const sha256 of await readList(folder, set)) named.add(sha256)
  const backup = openBackupFolder(folder)
  let removed = 0
  for await (const { sha256, modifiedAt } of backup.list()) {
    if (named.has(sha256) || now.getTime() - modifiedAt.getTime() < graceMs) continue
    await backup.remove(sha256)
    removed += 1
  }
  return { removed }
}

async function readList(folder: string, set: string): Promise<string[]> {
  if (!/^[\w-]+$/.test(set)) throw new Error('Not the name of a set')
  return (await readFile(join(folder, 'lists', `${set}.txt`), 'utf8')).split('\n').filter(Boolean)
}

/** Puts back what the database names and the store does not have; `sample`: about so many, of all ages. */
export async function restoreObjects(
  scope: Scope,
  folder: string,
  sample?: number,
): Promise<{ wanted: number; restored: number; missing: string[] }> {
  const backup = openBackupFolder(folder)
  const names = await referenced(scope)
  const step = sample === undefined ? 1 : Math.max(1, Math.ceil(names.length / sample))
  const some = names.filter((_, index) => index % step === 0)
  const missing: string[] = []
  let restored = 0
  await several(4, some, async (sha256) => {
    if (await scope.platform.store.has(sha256)) return
    if (!(await backup.has(sha256)) || !(await backup.sound(sha256))) return void missing.push(sha256)
    await scope.platform.store.put(await backup.read(sha256), { limit: Number.MAX_SAFE_INTEGER })
    restored += 1
  })
  return { wanted: some.length, restored, missing }
}
