import { type PersonScope, rows, sql, type Tx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { accessSummary, type AccessSummaryRow, may, summaryColumns } from '../access/index.ts'
import type { DocumentItem, VersionView } from './contract.ts'
import type { Format, PageUnit } from './extraction.ts'
import { type ProgressColumns, toProgress } from './progress.ts'

type Row = AccessSummaryRow &
  ProgressColumns & {
    id: string
    no: number
    title: string
    tags: string[]
    language: string | null
    owner_id: string
    owner_name: string
    collection_id: string | null
    collection_name: string | null
    access_id: string
    inherits: boolean
    list_owner: string | null
    editable: boolean
    created_at: Date | string
    updated_at: Date | string
    deleted_at: Date | string | null
    format: Format | null
    bytes: number | string
    current_number: number | null
    current_version_id: string | null
  }

/** `v` is the newest version: a list shows what is happening to a document now. */
export const documentColumns = sql`d.id, d.no, d.title, d.tags, d.language, d.owner_id, p.name as owner_name, d.collection_id, c.name as collection_name,
  d.access_id, d.inherits, d.created_at, d.updated_at, d.deleted_at, d.current_version_id,
  (select l.owner_id from access_lists l where l.id = d.access_id) as list_owner,
  d.access_id in (select app_editable()) as editable,
  ${summaryColumns(sql`d.access_id`, sql`d.inherits`)},
  v.format, v.bytes, v.stage, v.done, v.total, v.stage_started_at, v.found_by_words, v.found_by_meaning, v.problem_code, v.problem_message, v.warnings,
  (select number from versions cv where cv.id = d.current_version_id) as current_number`

export const documentJoins = sql`documents d
  join people p on p.id = d.owner_id
  left join collections c on c.id = d.collection_id
  join lateral (select * from versions v where v.document_id = d.id order by v.number desc limit 1) v on true`

export type DocumentRow = {
  id: string
  no: number
  title: string
  ownerId: string
  accessId: string
  inherits: boolean
  collectionId: string | null
  deleted: boolean
  currentVersionId: string | null
  item: DocumentItem
}

export function toDocument(scope: PersonScope, row: Row): DocumentRow {
  const change = may(scope.actor, 'document.change')
  const me = scope.actor.personId
  const owns = row.owner_id === me
  return {
    id: row.id,
    no: row.no,
    title: row.title,
    ownerId: row.owner_id,
    accessId: row.access_id,
    inherits: row.inherits,
    collectionId: row.collection_id,
    deleted: row.deleted_at !== null,
    currentVersionId: row.current_version_id,
    item: {
      id: row.id,
      title: row.title,
      format: row.format,
      bytes: Number(row.bytes),
      owner: { id: row.owner_id, name: row.owner_name },
      collection:
        row.collection_id && row.collection_name !== null ? { id: row.collection_id, name: row.collection_name } : null,
      access: accessSummary(row),
      tags: row.tags,
      language: row.language,
      createdAt: iso(row.created_at),
      updatedAt: iso(row.updated_at),
      deletedAt: row.deleted_at ? iso(row.deleted_at) : null,
      versionNumber: row.current_number ?? 1,
      progress: toProgress(row),
      can: {
        edit: change && (owns || row.editable),
        share: change && owns,
        remove: change && (owns || row.list_owner === me),
      },
    },
  }
}

export type DocumentPower = 'read' | keyof DocumentItem['can']

/** The only way to hold a document: not found when it may not be seen, forbidden when it may be seen but not that. */
export async function requireDocument(
  tx: Tx,
  scope: PersonScope,
  id: string,
  power: DocumentPower,
): Promise<DocumentRow> {
  const [row] = await rows<Row>(tx, sql`select ${documentColumns} from ${documentJoins} where d.id = ${id}`)
  const document = row && toDocument(scope, row)
  // The trash is for those who may take things out of it again; to others the document is gone.
  if (!document || (document.deleted && !document.item.can.remove))
    throw new AppError('not_found', { detail: 'There is no such document.' })
  if (power !== 'read' && !document.item.can[power]) throw new AppError('forbidden', { detail: refusals[power] })
  return document
}

const refusals = {
  edit: 'You can read this document but not change it. Ask its owner for the right to edit.',
  share: 'Only the owner of this document can change who sees it.',
  remove: 'Only the owner of this document can move or remove it.',
}

export async function selectDocuments(
  tx: Tx,
  scope: PersonScope,
  where: ReturnType<typeof sql>,
  rest: ReturnType<typeof sql>,
): Promise<DocumentRow[]> {
  const found = await rows<Row>(tx, sql`select ${documentColumns} from ${documentJoins} where ${where} ${rest}`)
  return found.map((row) => toDocument(scope, row))
}

type VersionRow = ProgressColumns & {
  id: string
  document_id: string
  number: number
  file_name: string
  format: Format | null
  media_type: string
  bytes: number | string
  sha256: string
  pages: number | null
  page_unit: PageUnit
  created_at: Date | string
  created_by: string
  creator: string | null
  is_current: boolean
}
const versionColumns = sql`v.id, v.document_id, v.number, v.file_name, v.format, v.media_type, v.bytes, v.sha256, v.pages, v.page_unit, v.created_at,
  v.created_by, (select name from people where id = v.created_by) as creator, d.current_version_id = v.id as is_current,
  v.stage, v.done, v.total, v.stage_started_at, v.found_by_words, v.found_by_meaning, v.problem_code, v.problem_message, v.warnings`

const toVersion = (row: VersionRow): VersionView => ({
  id: row.id,
  number: row.number,
  current: row.is_current,
  fileName: row.file_name,
  format: row.format,
  mediaType: row.media_type,
  bytes: Number(row.bytes),
  sha256: row.sha256,
  pages: row.pages,
  pageUnit: row.page_unit,
  createdAt: iso(row.created_at),
  createdBy: { id: row.created_by, name: row.creator ?? '' },
  progress: toProgress(row),
})

export async function selectVersions(tx: Tx, documentId: string): Promise<VersionView[]> {
  const found = await rows<VersionRow>(
    tx,
    sql`select ${versionColumns} from versions v join documents d on d.id = v.document_id
    where v.document_id = ${documentId} order by v.number desc`,
  )
  return found.map(toVersion)
}

export async function requireVersion(tx: Tx, documentId: string, number: number): Promise<VersionView> {
  const [row] = await rows<VersionRow>(
    tx,
    sql`select ${versionColumns} from versions v join documents d on d.id = v.document_id
    where v.document_id = ${documentId} and v.number = ${number}`,
  )
  if (!row) throw new AppError('not_found', { detail: 'There is no such version of this document.' })
  return toVersion(row)
}

export const iso = (value: Date | string) => new Date(value).toISOString()
