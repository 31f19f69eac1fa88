/** Rows behind candidates, read under row-level security: whatever the index says, what may not be seen does not come back. */
import { rows, sql, type Tx } from '../../db/index.ts'
import { accessSummary, type AccessSummaryRow, summaryColumns } from '../access/index.ts'
import type { SearchHit } from './contract.ts'
import { arrayOf } from './visible.ts'

const current = sql`passages p join documents d on d.id = p.document_id and d.current_version_id = p.version_id and d.deleted_at is null`

type Text = { id: number; text: string; headings: string[]; title: string }

export const textsOf = async (tx: Tx, passageIds: readonly number[]): Promise<Map<number, Text>> => {
  const found = await rows<Text>(
    tx,
    sql`select p.id, p.text, p.headings, d.title from ${current} where p.id = any(${arrayOf(passageIds)}::bigint[])`,
  )
  return new Map(found.map((row) => [Number(row.id), row]))
}

/** First passages of the documents changed last. */
export const newestPassages = async (
  tx: Tx,
  documents: readonly number[],
  limit: number,
): Promise<{ id: number; no: number }[]> => {
  const found = await rows<{ id: number | string; no: number }>(
    tx,
    sql`select p.id, d.no from ${current} where d.no = any(${arrayOf(documents)}::int[]) and p.ordinal = (
          select min(first.ordinal) from passages first where first.version_id = p.version_id)
        order by d.updated_at desc, d.no desc limit ${limit}`,
  )
  return found.map(({ id, no }) => ({ id: Number(id), no }))
}

/** A passage with all that a result or an answer shows of it. */
export type PassageRow = Pick<SearchHit, 'document' | 'version' | 'page' | 'pageUnit' | 'pageLabel' | 'headings'> & {
  passageId: number
  versionId: string
  ordinal: number
  text: string
  /** Language of the passage, which may differ from its document's. */
  language: string | null
}

type Row = AccessSummaryRow & {
  id: number | string
  version_id: string
  ordinal: number
  text: string
  headings: string[]
  page: number
  page_label: string | null
  passage_language: string | null
  number: number
  page_unit: PassageRow['pageUnit']
  format: PassageRow['document']['format']
  document_id: string
  title: string
  tags: string[]
  language: string | null
  updated_at: Date | string
  owner_id: string
  owner_name: string | null
  collection_id: string | null
  collection_name: string | null
}

export const passageRows = async (tx: Tx, passageIds: readonly number[]): Promise<Map<number, PassageRow>> => {
  if (passageIds.length === 0) return new Map()
  const found = await rows<Row>(
    tx,
    sql`select p.id, p.version_id, p.ordinal, p.text, p.headings, p.page, p.page_label, p.language as passage_language,
          v.number, v.page_unit, v.format, d.id as document_id, d.title, d.tags, d.language, d.updated_at,
          d.owner_id, o.name as owner_name, c.id as collection_id, c.name as collection_name,
          ${summaryColumns(sql`d.access_id`, sql`d.inherits`)}
        from ${current} join versions v on v.id = p.version_id
          left join people o on o.id = d.owner_id left join collections c on c.id = d.collection_id
        where p.id = any(${arrayOf(passageIds)}::bigint[])`,
  )
  return new Map(found.map((row) => [Number(row.id), shaped(row)]))
}

const shaped = (row: Row): PassageRow => ({
  passageId: Number(row.id),
  versionId: row.version_id,
  ordinal: row.ordinal,
  text: row.text,
  language: row.passage_language ?? row.language,
  document: {
    id: row.document_id,
    title: row.title,
    format: row.format,
    owner: { id: row.owner_id, name: row.owner_name ?? '' },
    collection:
      row.collection_id && row.collection_name !== null ? { id: row.collection_id, name: row.collection_name } : null,
    access: accessSummary(row),
    tags: row.tags,
    language: row.language,
    updatedAt: new Date(row.updated_at).toISOString(),
  },
  version: row.number,
  page: row.page,
  pageUnit: row.page_unit,
  pageLabel: row.page_label,
  headings: row.headings,
})
