import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rows, sql } from '../../db/index.ts'
import { aDocument, type TestSystem, testSystem } from '../../testing/index.ts'
import { checkObjects, copyObjects, originalMissing, reconcile } from './index.ts'

describe('an administrator who restored the database', () => {
  let system: TestSystem
  let folder: string
  beforeAll(async () => {
    system = await testSystem()
    folder = await mkdtemp(join(tmpdir(), 'innosynth-backup-'))
  })
  afterAll(async () => {
    await system.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const scope = () => system.systemScope('test')
  const versionsOf = () =>
    scope().read((tx) =>
      rows<{ sha256: string; document_id: string; warnings: string[] }>(
        tx,
        sql`select sha256, document_id, warnings from versions order by created_at`,
      ),
    )
  const pathIn = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)

  it('gets lost files back from the backup, is told of those in neither place, and sees erased documents stay erased', async () => {
    for (const name of ['kept', 'lost', 'erased'])
      await aDocument(system, system.owner, { name: `${name}.txt`, text: `The ${name} one.` })
    const [kept, lost, erased] = await versionsOf()
    expect(await copyObjects(scope(), folder, 'first')).toMatchObject({ copied: 3, referenced: 3, damaged: [] })
    expect(await copyObjects(scope(), folder)).toMatchObject({ objects: 3, copied: 0 })

    await scope().bookkeep(
      async (tx) => void (await tx.execute(sql`delete from documents where id = ${erased!.document_id}`)),
    )
    await copyObjects(scope(), folder)
    // As a restore to before the deletion would: the row is there again, the ledger of the backup remembers.
    await scope().bookkeep(async (tx) => {
      await tx.execute(sql`insert into documents (id, organisation_id, owner_id, access_id, title)
        select ${erased!.document_id}, organisation_id, owner_id, access_id, 'erased' from documents limit 1`)
    })
    for (const { sha256 } of [kept!, lost!]) await system.platform.store.delete(sha256)
    await rm(pathIn(lost!.sha256))

    expect(await reconcile(scope(), folder)).toMatchObject({ restored: 1, missing: [lost!.sha256], erasedAgain: 1 })
    expect(await system.platform.store.has(kept!.sha256)).toBe(true)
    expect((await versionsOf()).map(({ warnings }) => warnings.includes(originalMissing))).toEqual([false, true])
    expect(await reconcile(scope(), folder)).toMatchObject({ restored: 0, missing: [lost!.sha256], erasedAgain: 0 })
  })

  it('never gets a file that was changed in the backup', async () => {
    const [kept] = await versionsOf()
    await system.platform.store.delete(kept!.sha256)
    await chmod(pathIn(kept!.sha256), 0o600)
    await writeFile(pathIn(kept!.sha256), 'something else')
    expect((await checkObjects(folder)).damaged).toEqual([kept!.sha256])
    expect((await reconcile(scope(), folder)).missing).toContain(kept!.sha256)
    expect(await system.platform.store.has(kept!.sha256)).toBe(false)
  })
})
