import type { Readable } from 'node:stream'
import { announce, type PersonScope, rows, sql, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { StoredObject } from '../../platform/storage/index.ts'
import { createAccessList } from '../access/index.ts'
import { collectionAtPath, requireCollection } from '../collections/index.ts'
import type { Upload, UploadResult } from './contract.ts'
import { cleanFileName, cleanFolders, titleOf } from './file-name.ts'
import { extractVersion } from './jobs.ts'
import { requireDocument } from './queries.ts'

type Body = { bytes: Readable; length: number | undefined; signal: AbortSignal }

/**
 * A new document, or a new version where one of the same name stands in the same place, or neither where the very same
 * bytes are there already. Rights are asked before the first byte is kept and again when the row is written.
 */
export async function uploadDocument(
  scope: PersonScope,
  input: Upload,
  body: Body,
  limit: number,
): Promise<UploadResult> {
  if (input.collection) await scope.read((tx) => requireCollection(tx, scope, input.collection!, 'contribute'))
  const fileName = cleanFileName(input.name)
  const stored = await store(scope, body, limit)
  return scope.write('document.upload', async (tx, note) => {
    const twin = input.same === 'point' ? await findTwin(tx, stored) : null
    if (twin) {
      note({ object: { type: 'document', id: twin }, details: { outcome: 'same' } })
      return { outcome: 'same' as const, document: (await requireDocument(tx, scope, twin, 'read')).item }
    }
    const folders = cleanFolders(input.folder ?? '')
    const collectionId = await collectionAtPath(tx, scope, input.collection ?? null, folders)
    const existing = await findNamesake(tx, scope, collectionId, fileName)
    const documentId = existing ?? (await insertDocument(tx, scope, collectionId, titleOf(fileName)))
    const number = await insertVersion(tx, scope, documentId, fileName, stored)
    note({
      object: { type: 'document', id: documentId },
      details: {
        outcome: existing ? 'version' : 'created',
        version: number,
        bytes: stored.bytes,
        sha256: stored.sha256,
      },
    })
    return {
      outcome: existing ? ('version' as const) : ('created' as const),
      document: (await requireDocument(tx, scope, documentId, 'read')).item,
    }
  })
}

export async function uploadVersion(
  scope: PersonScope,
  documentId: string,
  name: string,
  body: Body,
  limit: number,
): Promise<UploadResult> {
  await scope.read((tx) => requireDocument(tx, scope, documentId, 'edit'))
  const stored = await store(scope, body, limit)
  return scope.write('document.upload-version', async (tx, note) => {
    const document = await requireDocument(tx, scope, documentId, 'edit')
    if (document.deleted) throw new AppError('conflict', { detail: 'This document is in the trash. Restore it first.' })
    const [newest] = await rows<{ sha256: string }>(
      tx,
      sql`select sha256 from versions where document_id = ${documentId} order by number desc limit 1`,
    )
    if (newest?.sha256 === stored.sha256) {
      note({ object: { type: 'document', id: documentId }, details: { outcome: 'same' } })
      return { outcome: 'same' as const, document: document.item }
    }
    const number = await insertVersion(tx, scope, documentId, cleanFileName(name), stored)
    note({
      object: { type: 'document', id: documentId },
      details: { outcome: 'version', version: number, bytes: stored.bytes, sha256: stored.sha256 },
    })
    return { outcome: 'version' as const, document: (await requireDocument(tx, scope, documentId, 'read')).item }
  })
}

async function store(scope: PersonScope, body: Body, limit: number): Promise<StoredObject> {
  if (body.length !== undefined && body.length > limit)
    throw new AppError('limit_reached', {
      detail: `This file is larger than the ${Math.round(limit / 1024 ** 2)} MB allowed here. Ask an administrator to raise the limit, or split the file.`,
    })
  return scope.platform.store.put(body.bytes, { limit, signal: body.signal })
}

/** A document the uploader may see whose current bytes are these. Others' twins are not told. */
async function findTwin(tx: WriteTx, stored: StoredObject): Promise<string | null> {
  const [row] = await rows<{ id: string }>(
    tx,
    sql`select d.id from versions v join documents d on d.id = v.document_id
    where v.sha256 = ${stored.sha256} and d.deleted_at is null
      and v.number = (select max(number) from versions n where n.document_id = d.id) order by d.created_at limit 1`,
  )
  return row?.id ?? null
}

async function findNamesake(
  tx: WriteTx,
  scope: PersonScope,
  collectionId: string | null,
  fileName: string,
): Promise<string | null> {
  const [row] = await rows<{ id: string }>(
    tx,
    sql`select d.id from documents d
    where d.deleted_at is null and d.collection_id is not distinct from ${collectionId}
      and (d.owner_id = ${scope.actor.personId} or (d.collection_id is not null and d.access_id in (select app_editable())))
      and (select file_name from versions v where v.document_id = d.id order by number desc limit 1) = ${fileName}
    order by d.created_at limit 1 for update`,
  )
  return row?.id ?? null
}

async function insertDocument(
  tx: WriteTx,
  scope: PersonScope,
  collectionId: string | null,
  title: string,
): Promise<string> {
  const collection = collectionId ? await requireCollection(tx, scope, collectionId, 'contribute') : null
  const accessId = collection ? collection.accessId : await createAccessList(tx, scope, 'private')
  const [row] = await rows<{ id: string }>(
    tx,
    sql`insert into documents (organisation_id, collection_id, owner_id, access_id, inherits, title)
    values (${scope.actor.organisationId}, ${collectionId}, ${scope.actor.personId}, ${accessId}, ${collection !== null}, ${title}) returning id`,
  )
  return row!.id
}

async function insertVersion(
  tx: WriteTx,
  scope: PersonScope,
  documentId: string,
  fileName: string,
  stored: StoredObject,
): Promise<number> {
  const [row] = await rows<{ id: string; number: number }>(
    tx,
    sql`insert into versions (document_id, number, file_name, bytes, sha256, created_by)
    select ${documentId}, coalesce(max(number), 0) + 1, ${fileName}, ${stored.bytes}, ${stored.sha256}, ${scope.actor.personId}
    from versions where document_id = ${documentId} returning id, number`,
  )
  // Search goes on with the version before until the new one can be found by its words.
  await tx.execute(
    sql`update documents set updated_at = now(), current_version_id = coalesce(current_version_id, ${row!.id}) where id = ${documentId}`,
  )
  await scope.platform.queue.enqueue(tx, extractVersion, { versionId: row!.id })
  await announce(tx, { topic: 'ingestion', documentId })
  return row!.number
}
