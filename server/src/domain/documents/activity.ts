import { announce, type PersonScope, rows, sql, type Tx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { ActivityItem, DocumentItem } from './contract.ts'
import { extractVersion } from './jobs.ts'
import { type ProgressColumns, toProgress } from './progress.ts'
import { iso, requireDocument, requireVersion, selectDocuments } from './queries.ts'

type Row = ProgressColumns & {
  document_id: string
  title: string
  number: number
  bytes: number | string
  created_at: Date | string
}
const columns = sql`v.document_id, d.title, v.number, v.bytes, v.created_at, v.stage, v.done, v.total, v.stage_started_at,
  v.found_by_words, v.found_by_meaning, v.problem_code, v.problem_message, v.warnings`

const running = new Set(['queued', 'extracting', 'indexing', 'embedding'])

const toItem = (row: Row): ActivityItem => ({
  documentId: row.document_id,
  title: row.title,
  versionNumber: row.number,
  bytes: Number(row.bytes),
  createdAt: iso(row.created_at),
  progress: toProgress(row),
  can: { retry: row.stage === 'failed' || row.stage === 'cancelled', cancel: running.has(row.stage) },
})

/** What I brought in: everything still on its way or failed, and the newest of the rest. */
export async function listActivity(
  scope: PersonScope,
): Promise<{ items: ActivityItem[]; running: number; failed: number }> {
  return scope.read(async (tx) => {
    const mine = sql`from versions v join documents d on d.id = v.document_id where v.created_by = ${scope.actor.personId} and d.deleted_at is null`
    const open = await rows<Row>(
      tx,
      sql`select ${columns} ${mine} and v.stage not in ('ready', 'cancelled') order by v.created_at desc limit 300`,
    )
    const rest = await rows<Row>(
      tx,
      sql`select ${columns} ${mine} and v.stage in ('ready', 'cancelled') order by v.created_at desc limit 100`,
    )
    const [counts] = await rows<{ running: number; failed: number }>(
      tx,
      sql`select
      count(*) filter (where v.stage not in ('ready', 'cancelled', 'failed'))::int as running, count(*) filter (where v.stage = 'failed')::int as failed ${mine}`,
    )
    return { items: [...open, ...rest].map(toItem), running: counts!.running, failed: counts!.failed }
  })
}

async function activityItem(tx: Tx, documentId: string, number: number): Promise<ActivityItem> {
  const [row] = await rows<Row>(
    tx,
    sql`select ${columns} from versions v join documents d on d.id = v.document_id where v.document_id = ${documentId} and v.number = ${number}`,
  )
  return toItem(row!)
}

export async function retryIngestion(scope: PersonScope, id: string, number: number): Promise<ActivityItem> {
  return scope.write('document.retry', async (tx, note) => {
    await requireDocument(tx, scope, id, 'edit')
    const version = await requireVersion(tx, id, number)
    note({ object: { type: 'document', id }, details: { version: number } })
    if (running.has(version.progress.stage))
      throw new AppError('conflict', { detail: 'This file is being read already.' })
    await tx.execute(
      sql`update versions set stage = 'queued', problem_code = null, problem_message = null, done = 0, total = 0, attempt = attempt + 1, stage_started_at = now() where id = ${version.id}`,
    )
    await scope.platform.queue.enqueue(tx, extractVersion, { versionId: version.id })
    await announce(tx, { topic: 'ingestion', documentId: id })
    return activityItem(tx, id, number)
  })
}

/** The run under way notices at its next step: its attempt is not the present one any more. */
export async function cancelIngestion(scope: PersonScope, id: string, number: number): Promise<ActivityItem> {
  return scope.write('document.cancel', async (tx, note) => {
    await requireDocument(tx, scope, id, 'edit')
    const version = await requireVersion(tx, id, number)
    note({ object: { type: 'document', id }, details: { version: number } })
    if (!running.has(version.progress.stage))
      throw new AppError('conflict', { detail: 'There is nothing left to cancel: this file has been read.' })
    await tx.execute(
      sql`update versions set stage = 'cancelled', attempt = attempt + 1, stage_started_at = now() where id = ${version.id}`,
    )
    await announce(tx, { topic: 'ingestion', documentId: id })
    return activityItem(tx, id, number)
  })
}

export async function home(scope: PersonScope): Promise<{
  documents: number
  collections: number
  changedAt: string | null
  recent: DocumentItem[]
  shared: DocumentItem[]
  waiting: ActivityItem[]
}> {
  const activity = await listActivity(scope)
  const me = scope.actor.personId
  return scope.read(async (tx) => {
    const [counts] = await rows<{ documents: number; changed_at: Date | null; collections: number }>(
      tx,
      sql`select count(*)::int as documents,
      max(updated_at) as changed_at, (select count(*)::int from collections) as collections from documents where deleted_at is null`,
    )
    const recent = await selectDocuments(tx, scope, sql`d.deleted_at is null`, sql`order by d.updated_at desc limit 6`)
    const shared = await selectDocuments(
      tx,
      scope,
      sql`d.deleted_at is null and d.owner_id <> ${me}
        and exists (select 1 from access_grants g where g.access_id = d.access_id and g.person_id = ${me})`,
      sql`order by d.updated_at desc limit 6`,
    )
    return {
      documents: counts!.documents,
      collections: counts!.collections,
      changedAt: counts!.changed_at ? iso(counts!.changed_at) : null,
      recent: recent.map((row) => row.item),
      shared: shared.map((row) => row.item),
      waiting: activity.items
        .filter((item) => item.progress.stage !== 'ready' && item.progress.stage !== 'cancelled')
        .slice(0, 6),
    }
  })
}
