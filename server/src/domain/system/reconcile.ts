import { rows, type Scope, sql } from '../../db/index.ts'
import { DamagedObject, openBackupFolder } from './backup-folder.ts'
import { readErasures, referenced, several } from './copy-objects.ts'

export type Reconciled = {
  referenced: number
  /** Brought back from the backup. */
  restored: number
  /** In neither store nor backup: search and preview go on from the text; the original cannot be opened. */
  missing: string[]
  /** Stored and named by nothing. The daily sweep removes them after a day; until then a return is possible. */
  unreferenced: number
  /** Documents erased after the time that was restored, and erased again now. */
  erasedAgain: number
}

/** What a version says while its original is lost. */
export const originalMissing =
  'The original file was lost and is not in the backup. Its text is still found and shown; bring the file in again.'

/**
 * Makes database and store agree after a restore. Safe to run at any time and again. `bringBackErased`: documents deleted
 * for good after the restored time stay back; otherwise what was erased stays erased.
 */
export async function reconcile(
  scope: Scope,
  folder: string,
  options: { bringBackErased?: boolean } = {},
): Promise<Reconciled> {
  const erasedAgain = options.bringBackErased ? 0 : await eraseAgain(scope, folder)
  const { store } = scope.platform
  const backup = openBackupFolder(folder)
  const names = await referenced(scope)
  const missing: string[] = []
  let restored = 0
  await several(4, names, async (sha256) => {
    if (await store.has(sha256)) return
    if (await bringBack(scope, backup, sha256)) restored += 1
    else missing.push(sha256)
  })
  await mark(scope, missing)
  const named = new Set(names)
  let unreferenced = 0
  for await (const { sha256 } of store.list()) if (!named.has(sha256)) unreferenced += 1
  return { referenced: names.length, restored, missing, unreferenced, erasedAgain }
}

async function bringBack(scope: Scope, backup: ReturnType<typeof openBackupFolder>, sha256: string): Promise<boolean> {
  if (!(await backup.has(sha256))) return false
  // Looked at before it is stored: a store takes whatever comes and names it by what it is.
  if (!(await backup.sound(sha256))) {
    scope.log.error({ sha256 }, 'an object in the backup is damaged')
    return false
  }
  const stored = await scope.platform.store.put(await backup.read(sha256), { limit: Number.MAX_SAFE_INTEGER })
  if (stored.sha256 !== sha256) throw new DamagedObject(`${sha256} changed while it was read`)
  return true
}

/** Versions whose original is lost say so, and those whose original came back say it no more. */
async function mark(scope: Scope, missing: string[]): Promise<void> {
  const list = sql.param(`{${missing.join(',')}}`)
  await scope.bookkeep(async (tx) => {
    await tx.execute(sql`update versions set warnings = array_append(warnings, ${originalMissing})
      where sha256 = any (${list}::text[]) and not (${originalMissing} = any (warnings))`)
    await tx.execute(sql`update versions set warnings = array_remove(warnings, ${originalMissing})
      where ${originalMissing} = any (warnings) and not (sha256 = any (${list}::text[]))`)
  })
}

async function eraseAgain(scope: Scope, folder: string): Promise<number> {
  const ids = (await readErasures(folder)).map(({ documentId }) => documentId)
  if (ids.length === 0) return 0
  const list = sql.param(`{${ids.join(',')}}`)
  return scope.write('document.erase-again', async (tx, note) => {
    const gone = await rows<{ id: string; no: number }>(
      tx,
      sql`delete from documents where id = any (${list}::uuid[]) returning id, no`,
    )
    for (const { no } of gone) await tx.execute(sql`insert into index_changes (document_no) values (${no})`)
    note({ details: { documents: gone.map(({ id }) => id) } })
    return gone.length
  })
}
