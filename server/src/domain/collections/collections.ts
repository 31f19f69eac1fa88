import { type PersonScope, rows, sql, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { accessView, changeAccess, createAccessList, type AccessView, type ChangeAccess } from '../access/index.ts'
import type { ChangeCollection, Collection, CreateCollection } from './contract.ts'
import { type CollectionRow, requireCollection, selectCollections } from './queries.ts'

export async function listCollections(scope: PersonScope): Promise<{ items: Collection[] }> {
  const found = await scope.read((tx) => selectCollections(tx, scope))
  return { items: found.map((row) => row.view) }
}

export async function createCollection(scope: PersonScope, input: CreateCollection): Promise<Collection> {
  return scope.write('collection.create', async (tx, note) => {
    const collection = await insertCollection(tx, scope, input)
    note({ object: { type: 'collection', id: collection.id }, details: { parentId: input.parentId } })
    return collection.view
  })
}

/** Under a parent it takes the parent's access unless an audience is given; at the top it is private unless one is. */
async function insertCollection(tx: WriteTx, scope: PersonScope, input: CreateCollection): Promise<CollectionRow> {
  const parent = input.parentId ? await requireCollection(tx, scope, input.parentId, 'contribute') : null
  await refuseSameName(tx, scope, input.parentId, input.name)
  const inherits = parent !== null && input.audience === undefined
  const accessId = inherits ? parent.accessId : await createAccessList(tx, scope, input.audience ?? 'private')
  const [row] = await rows<{ id: string }>(
    tx,
    sql`insert into collections (organisation_id, parent_id, name, owner_id, access_id, inherits)
    values (${scope.actor.organisationId}, ${input.parentId}, ${input.name}, ${scope.actor.personId}, ${accessId}, ${inherits}) returning id`,
  )
  return requireCollection(tx, scope, row!.id, 'read')
}

/** The collection at the end of a folder path below `parentId`; what is missing on the way is made. */
export async function collectionAtPath(
  tx: WriteTx,
  scope: PersonScope,
  parentId: string | null,
  names: string[],
): Promise<string | null> {
  // Files of one dropped folder come side by side; without this each would make the folder anew.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`folder ${scope.actor.personId}`}))`)
  let at = parentId
  for (const name of names) {
    const all = await selectCollections(tx, scope)
    const existing = all.find((row) => row.parentId === at && row.name === name && row.view.can.contribute)
    at = existing ? existing.id : (await insertCollection(tx, scope, { name, parentId: at })).id
  }
  return at
}

export async function changeCollection(scope: PersonScope, id: string, change: ChangeCollection): Promise<Collection> {
  return scope.write('collection.change', async (tx, note) => {
    const before = await requireCollection(tx, scope, id, 'edit')
    note({
      object: { type: 'collection', id },
      details: { before: { name: before.name, parentId: before.parentId }, after: change },
    })
    const parentId = change.parentId === undefined ? before.parentId : change.parentId
    const name = change.name ?? before.name
    if (change.parentId !== undefined && change.parentId !== before.parentId)
      await move(tx, scope, before, change.parentId)
    if (name !== before.name || parentId !== before.parentId) await refuseSameName(tx, scope, parentId, name, id)
    await tx.execute(
      sql`update collections set name = ${name}, parent_id = ${parentId}, updated_at = now() where id = ${id}`,
    )
    return (await requireCollection(tx, scope, id, 'read')).view
  })
}

/** What inherited from the old place inherits from the new one. */
async function move(tx: WriteTx, scope: PersonScope, collection: CollectionRow, parentId: string | null) {
  // Another place is another audience, so whoever may only edit moves nothing out of its owner's hands.
  if (!collection.view.can.remove)
    throw new AppError('forbidden', { detail: 'Only the owner of this collection can move it.' })
  if (collection.inherits && !collection.editable)
    throw new AppError('forbidden', {
      detail: 'This collection follows the access of the one above, which you may not change any more. Ask its owner.',
    })
  const parent = parentId ? await requireCollection(tx, scope, parentId, 'contribute') : null
  if (parent) {
    const above = await rows<{ id: string }>(
      tx,
      sql`with recursive up as (
      select id, parent_id from collections where id = ${parent.id}
      union select c.id, c.parent_id from collections c join up on c.id = up.parent_id) select id from up`,
    )
    if (above.some((row) => row.id === collection.id))
      throw new AppError('conflict', { detail: 'A collection cannot be moved into itself.' })
  }
  if (!collection.inherits) return
  if (collection.ownerId !== scope.actor.personId && !parent)
    throw new AppError('forbidden', { detail: 'Only its owner can move this collection to the top.' })
  await passOn(tx, collection, parent ? parent.accessId : await createAccessList(tx, scope, 'private'), parent !== null)
}

/** Puts `accessId` in force for a collection and for everything below that inherits from it. */
async function passOn(tx: WriteTx, collection: CollectionRow, accessId: string, inherits: boolean) {
  await tx.execute(
    sql`update collections set access_id = ${accessId}, inherits = ${inherits}, updated_at = now() where id = ${collection.id}`,
  )
  await tx.execute(sql`with recursive below as (
      select id from collections where id = ${collection.id}
      union select c.id from collections c join below b on c.parent_id = b.id where c.inherits)
    update collections set access_id = ${accessId} where id in (select id from below)`)
  await tx.execute(sql`with recursive below as (
      select id from collections where id = ${collection.id}
      union select c.id from collections c join below b on c.parent_id = b.id where c.inherits)
    update documents set access_id = ${accessId} where inherits and collection_id in (select id from below)`)
}

/** Its documents, and those of the collections below, go to the trash; nothing is lost by a slip. */
export async function removeCollection(scope: PersonScope, id: string): Promise<void> {
  await scope.write('collection.remove', async (tx, note) => {
    const collection = await requireCollection(tx, scope, id, 'remove')
    const trashed = await rows<{ id: string }>(
      tx,
      sql`with recursive below as (
        select id from collections where id = ${id} union select c.id from collections c join below b on c.parent_id = b.id)
      update documents set deleted_at = now(), deleted_by = ${scope.actor.personId}
      where collection_id in (select id from below) and deleted_at is null returning id`,
    )
    note({ object: { type: 'collection', id }, details: { name: collection.name, documentsToTrash: trashed.length } })
    await tx.execute(sql`delete from collections where id = ${id}`)
  })
}

export async function collectionAccess(scope: PersonScope, id: string): Promise<AccessView> {
  return scope.read(async (tx) => {
    const collection = await requireCollection(tx, scope, id, 'read')
    return accessView(tx, scope, { ...collection, inheritedFrom: await accessOrigin(tx, collection) })
  })
}

export async function changeCollectionAccess(
  scope: PersonScope,
  id: string,
  change: ChangeAccess,
): Promise<AccessView> {
  return scope.write('collection.share', async (tx, note) => {
    const collection = await requireCollection(tx, scope, id, 'share')
    note({ object: { type: 'collection', id }, details: { before: collection.view.access, after: change } })
    if (change.inherit) {
      if (!collection.parentId)
        throw new AppError('conflict', { detail: 'A collection at the top has nothing to inherit from.' })
      const parent = await requireCollection(tx, scope, collection.parentId, 'contribute')
      await passOn(tx, collection, parent.accessId, true)
    } else {
      if (collection.inherits) await passOn(tx, collection, await createAccessList(tx, scope, change.audience), false)
      const own = await requireCollection(tx, scope, id, 'share')
      await changeAccess(tx, scope, own.accessId, change)
    }
    const after = await requireCollection(tx, scope, id, 'read')
    return accessView(tx, scope, { ...after, inheritedFrom: await accessOrigin(tx, after) })
  })
}

/** The collection whose own list is in force here; null where it is this one's own, or stands out of the reader's sight. */
export async function accessOrigin(
  tx: Parameters<typeof requireCollection>[0],
  collection: Pick<CollectionRow, 'accessId' | 'inherits'>,
) {
  if (!collection.inherits) return null
  const [origin] = await rows<{ id: string; name: string }>(
    tx,
    sql`select id, name from collections where access_id = ${collection.accessId} and not inherits`,
  )
  return origin ?? null
}

async function refuseSameName(tx: WriteTx, scope: PersonScope, parentId: string | null, name: string, except?: string) {
  const all = await selectCollections(tx, scope)
  if (
    all.some(
      (row) =>
        row.parentId === parentId && row.name === name && row.id !== except && row.ownerId === scope.actor.personId,
    )
  )
    throw new AppError('conflict', {
      detail: 'There is a collection of this name here already.',
      issues: [{ path: 'name', message: 'This name is taken here.' }],
    })
}
