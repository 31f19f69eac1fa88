import { type PersonScope, rows, sql, type Tx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { accessSummary, type AccessSummaryRow, may, summaryColumns } from '../access/index.ts'
import type { Collection } from './contract.ts'

type Row = AccessSummaryRow & {
  id: string
  name: string
  parent_id: string | null
  owner_id: string
  owner_name: string
  access_id: string
  inherits: boolean
  documents: number
  updated_at: Date
  editable: boolean
  list_owner: string | null
}

const columns = sql`c.id, c.name, c.parent_id, c.owner_id, p.name as owner_name, c.access_id, c.inherits, c.updated_at,
  (select count(*)::int from documents d where d.collection_id = c.id and d.deleted_at is null) as documents,
  c.access_id in (select app_editable()) as editable,
  (select l.owner_id from access_lists l where l.id = c.access_id) as list_owner,
  ${summaryColumns(sql`c.access_id`, sql`c.inherits`)}`

export type CollectionRow = {
  id: string
  name: string
  parentId: string | null
  ownerId: string
  accessId: string
  inherits: boolean
  editable: boolean
  view: Collection
}

function toRow(scope: PersonScope, row: Row): CollectionRow {
  const change = may(scope.actor, 'document.change')
  const owner = row.owner_id === scope.actor.personId || row.list_owner === scope.actor.personId
  return {
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    ownerId: row.owner_id,
    accessId: row.access_id,
    inherits: row.inherits,
    editable: row.editable,
    view: {
      id: row.id,
      name: row.name,
      parentId: row.parent_id,
      access: accessSummary(row),
      owner: { id: row.owner_id, name: row.owner_name },
      documents: row.documents,
      updatedAt: new Date(row.updated_at).toISOString(),
      can: {
        contribute: row.editable && may(scope.actor, 'document.create'),
        edit: change && (row.editable || owner),
        // Turning away from an inherited setting takes what others brought in along; that needs the right to change it.
        share: change && row.owner_id === scope.actor.personId && (!row.inherits || row.editable),
        remove: change && owner,
      },
    },
  }
}

export async function selectCollections(tx: Tx, scope: PersonScope): Promise<CollectionRow[]> {
  const found = await rows<Row>(
    tx,
    sql`select ${columns} from collections c join people p on p.id = c.owner_id order by lower(c.name), c.id`,
  )
  // A collection under one the reader may not see stands at the top for them: its parent does not exist.
  const visible = new Set(found.map((row) => row.id))
  return found.map((row) =>
    toRow(scope, { ...row, parent_id: row.parent_id && visible.has(row.parent_id) ? row.parent_id : null }),
  )
}

export type CollectionPower = 'read' | keyof Collection['can']

/** The only way to hold a collection: not found when it may not be seen, forbidden when it may be seen but not that. */
export async function requireCollection(
  tx: Tx,
  scope: PersonScope,
  id: string,
  power: CollectionPower,
): Promise<CollectionRow> {
  const [row] = await rows<Row>(
    tx,
    sql`select ${columns} from collections c join people p on p.id = c.owner_id where c.id = ${id}`,
  )
  if (!row) throw new AppError('not_found', { detail: 'There is no such collection.' })
  const collection = toRow(scope, row)
  if (power !== 'read' && !collection.view.can[power]) throw new AppError('forbidden', { detail: refusals[power] })
  return collection
}

const refusals = {
  contribute: 'You can look into this collection but not add to it. Ask its owner for the right to edit.',
  edit: 'You can look into this collection but not change it. Ask its owner for the right to edit.',
  share: 'Only the owner of this collection can change who sees it.',
  remove: 'Only the owner of this collection can remove it.',
}
