import { announce, type PersonScope, sql, type Tx, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { type AccessView, accessView, changeAccess, type ChangeAccess, createAccessList } from '../access/index.ts'
import { accessOrigin, requireCollection } from '../collections/index.ts'
import type { Bulk, ChangeDocument, DocumentItem, DocumentView } from './contract.ts'
import { type DocumentRow, requireDocument, selectVersions } from './queries.ts'

export async function viewDocument(scope: PersonScope, id: string): Promise<DocumentView> {
  return scope.read(async (tx) => {
    const document = await requireDocument(tx, scope, id, 'read')
    return {
      ...document.item,
      accessDetail: await documentAccessIn(tx, scope, document),
      versions: await selectVersions(tx, id),
    }
  })
}

export async function changeDocument(scope: PersonScope, id: string, change: ChangeDocument): Promise<DocumentItem> {
  return scope.write('document.change', async (tx, note) => {
    const document = await requireDocument(tx, scope, id, change.collectionId === undefined ? 'edit' : 'remove')
    note({
      object: { type: 'document', id },
      details: {
        before: { title: document.title, tags: document.item.tags, collectionId: document.collectionId },
        after: change,
      },
    })
    if (change.collectionId !== undefined) await moveDocument(tx, scope, document, change.collectionId)
    const tags = change.tags && [...new Set(change.tags)]
    await tx.execute(sql`update documents set title = coalesce(${change.title ?? null}, title),
      tags = ${tags ? sql`${textArray(tags)}` : sql`tags`}, updated_at = now() where id = ${id}`)
    if (change.title !== undefined) await reindex(tx, document)
    return (await requireDocument(tx, scope, id, 'read')).item
  })
}

/** The index reads the document again: its title, or whether it stands in the trash, has changed. */
async function reindex(tx: WriteTx, document: Pick<DocumentRow, 'id' | 'no'>): Promise<void> {
  await tx.execute(sql`insert into index_changes (document_no) values (${document.no})`)
  await announce(tx, { topic: 'passages', documentId: document.id })
}

export type BulkOutcome = { done: string[]; refused: { id: string; message: string }[] }

/** Does what can be done and says, one by one, what could not. */
export async function changeMany(scope: PersonScope, bulk: Bulk): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { done: [], refused: [] }
  for (const id of new Set(bulk.ids)) {
    try {
      await changeOne(scope, bulk, id)
      outcome.done.push(id)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      outcome.refused.push({ id, message: error.message })
    }
  }
  return outcome
}

function changeOne(scope: PersonScope, bulk: Bulk, id: string): Promise<void> {
  return scope.write(`document.${bulk.action}`, async (tx, note) => {
    const document = await requireDocument(tx, scope, id, 'remove')
    note({ object: { type: 'document', id }, details: { title: document.title } })
    if (bulk.action === 'move') return moveDocument(tx, scope, document, bulk.collectionId)
    if (bulk.action === 'trash')
      await tx.execute(
        sql`update documents set deleted_at = now(), deleted_by = ${scope.actor.personId} where id = ${id} and deleted_at is null`,
      )
    if (bulk.action === 'restore')
      await tx.execute(
        sql`update documents set deleted_at = null, deleted_by = null, updated_at = now() where id = ${id}`,
      )
    if (bulk.action === 'delete') {
      if (!document.deleted) throw new AppError('conflict', { detail: 'Move it to the trash first.' })
      await tx.execute(sql`delete from documents where id = ${id}`)
    }
    await reindex(tx, document)
  })
}

/** A document that took its access from its old place takes it from the new one; one with its own keeps it. */
async function moveDocument(
  tx: WriteTx,
  scope: PersonScope,
  document: DocumentRow,
  collectionId: string | null,
): Promise<void> {
  const target = collectionId ? await requireCollection(tx, scope, collectionId, 'contribute') : null
  if (document.inherits && !target && document.ownerId !== scope.actor.personId)
    throw new AppError('forbidden', {
      detail: 'Only its owner can take this document out of the collection: its access would become theirs alone.',
    })
  const accessId = !document.inherits
    ? document.accessId
    : target
      ? target.accessId
      : await createAccessList(tx, scope, 'private')
  await tx.execute(sql`update documents set collection_id = ${collectionId}, access_id = ${accessId},
    inherits = ${document.inherits && target !== null}, updated_at = now() where id = ${document.id}`)
}

export async function documentAccess(scope: PersonScope, id: string): Promise<AccessView> {
  return scope.read(async (tx) => documentAccessIn(tx, scope, await requireDocument(tx, scope, id, 'read')))
}

export async function changeDocumentAccess(scope: PersonScope, id: string, change: ChangeAccess): Promise<AccessView> {
  return scope.write('document.share', async (tx, note) => {
    const document = await requireDocument(tx, scope, id, 'share')
    note({ object: { type: 'document', id }, details: { before: document.item.access, after: change } })
    if (change.inherit) {
      if (!document.collectionId)
        throw new AppError('conflict', { detail: 'A document in no collection has nothing to inherit from.' })
      const collection = await requireCollection(tx, scope, document.collectionId, 'read')
      await tx.execute(sql`update documents set access_id = ${collection.accessId}, inherits = true where id = ${id}`)
    } else {
      const accessId = document.inherits ? await createAccessList(tx, scope, change.audience) : document.accessId
      if (document.inherits)
        await tx.execute(sql`update documents set access_id = ${accessId}, inherits = false where id = ${id}`)
      await changeAccess(tx, scope, accessId, change)
    }
    return documentAccessIn(tx, scope, await requireDocument(tx, scope, id, 'read'))
  })
}

async function documentAccessIn(tx: Tx, scope: PersonScope, document: DocumentRow): Promise<AccessView> {
  return accessView(tx, scope, { ...document, inheritedFrom: await accessOrigin(tx, document) })
}

export const textArray = (values: string[]) =>
  values.length === 0
    ? sql`'{}'::text[]`
    : sql`array[${sql.join(
        values.map((value) => sql`${value}`),
        sql`, `,
      )}]::text[]`
