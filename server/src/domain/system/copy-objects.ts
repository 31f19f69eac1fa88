import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rows, type Scope, sql } from '../../db/index.ts'
import { type BackupFolder, DamagedObject, openBackupFolder } from './backup-folder.ts'

export type Copied = {
  /** Objects in the store, and how many of them were new to the backup. */
  objects: number
  copied: number
  bytes: number
  /** Objects whose bytes in the store are not those of their name any more: none of these is copied. */
  damaged: string[]
  /** Objects that the database names: how many, and the SHA-256 over their sorted names, one a line. */
  referenced: number
  listSha256: string
}

/**
 * Brings every object that the backup does not have from the store into it. May be cut off anywhere and run again: only
 * whole, verified files have a name. `set` also leaves the list of what the database names now as `lists/<set>.txt`.
 */
export async function copyObjects(scope: Scope, folder: string, set?: string): Promise<Copied> {
  const backup = openBackupFolder(folder)
  const result: Copied = { objects: 0, copied: 0, bytes: 0, damaged: [], referenced: 0, listSha256: '' }
  // The database was backed up before this runs, so all that it names is in the store by now: the copy is a superset.
  const waiting: string[] = []
  for await (const { sha256 } of scope.platform.store.list()) {
    result.objects += 1
    if (!(await backup.has(sha256))) waiting.push(sha256)
  }
  await several(4, waiting, async (sha256) => {
    const bytes = await copyOne(scope, backup, sha256)
    if (bytes === null) result.damaged.push(sha256)
    else {
      result.copied += 1
      result.bytes += bytes
    }
  })
  const names = await referenced(scope)
  const list = names.map((name) => `${name}\n`).join('')
  result.referenced = names.length
  result.listSha256 = createHash('sha256').update(list).digest('hex')
  if (set) await writeList(folder, set, list)
  await leaveErasures(scope, folder)
  return result
}

/** Null when the store's own bytes are damaged, or when the object went away meanwhile. */
async function copyOne(scope: Scope, backup: BackupFolder, sha256: string): Promise<number | null> {
  try {
    return await backup.write(sha256, await scope.platform.store.get(sha256))
  } catch (error) {
    if (!(error instanceof DamagedObject)) throw error
    scope.log.error({ sha256 }, 'an object in the store is damaged')
    return null
  }
}

/** Every object that a version names, sorted. */
export async function referenced(scope: Scope): Promise<string[]> {
  const found = await scope.read((tx) =>
    rows<{ sha256: string }>(tx, sql`select distinct sha256 from versions order by sha256`),
  )
  return found.map(({ sha256 }) => sha256)
}

async function writeList(folder: string, set: string, list: string) {
  if (!/^[\w-]+$/.test(set)) throw new Error('Not the name of a set')
  await mkdir(join(folder, 'lists'), { recursive: true, mode: 0o750 })
  const path = join(folder, 'lists', `${set}.txt`)
  await writeFile(`${path}.part`, list, { mode: 0o640 })
  await rename(`${path}.part`, path)
}

export type Erasure = { documentId: string; organisationId: string; at: string }
const ledger = (folder: string) => join(folder, 'erased.jsonl')

/** Keeps the numbers of erased documents outside the database, where no restore takes them back. Never forgets one. */
async function leaveErasures(scope: Scope, folder: string): Promise<void> {
  const known = new Map((await readErasures(folder)).map((one) => [one.documentId, one]))
  const before = known.size
  const now = await scope.read((tx) =>
    rows<{ document_id: string; organisation_id: string; at: Date | string }>(tx, sql`select * from erasures`),
  )
  for (const { document_id, organisation_id, at } of now)
    known.set(document_id, { documentId: document_id, organisationId: organisation_id, at: new Date(at).toISOString() })
  if (known.size === before) return
  const path = ledger(folder)
  await writeFile(`${path}.part`, [...known.values()].map((one) => `${JSON.stringify(one)}\n`).join(''), {
    mode: 0o640,
  })
  await rename(`${path}.part`, path)
}

export async function readErasures(folder: string): Promise<Erasure[]> {
  const text = await readFile(ledger(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Erasure)
}

/** Works through a list with so many at a time; the first error ends it. */
export async function several<T>(atOnce: number, list: T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = [...list]
  const one = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, rest.length) }, one))
}
