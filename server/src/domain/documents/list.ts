import { type PersonScope, rows, sql } from '../../db/index.ts'
import { may } from '../access/index.ts'
import { like } from '../identity/index.ts'
import type { DocumentItem, ListDocuments } from './contract.ts'
import { documentJoins, selectDocuments } from './queries.ts'

const columns = {
  title: sql`lower(d.title)`,
  updated: sql`d.updated_at`,
  created: sql`d.created_at`,
  bytes: sql`v.bytes`,
  owner: sql`lower(p.name)`,
}

export async function listDocuments(
  scope: PersonScope,
  input: ListDocuments,
): Promise<{ items: DocumentItem[]; total: number }> {
  const me = scope.actor.personId
  const conditions = [
    // The trash shows what one may take out of it again.
    input.view === 'trash'
      ? sql`d.deleted_at is not null and ${may(scope.actor, 'document.change')} and (d.owner_id = ${me} or (select l.owner_id from access_lists l where l.id = d.access_id) = ${me})`
      : sql`d.deleted_at is null`,
    ...(input.collection === 'none'
      ? [sql`d.collection_id is null`]
      : input.collection
        ? [sql`d.collection_id = ${input.collection}`]
        : []),
    ...(input.owner ? [sql`d.owner_id = ${input.owner === 'me' ? me : input.owner}`] : []),
    ...(input.format ? [sql`v.format = ${input.format}`] : []),
    ...(input.title?.trim() ? [sql`d.title ilike ${like(input.title.trim())}`] : []),
  ]
  const where = sql.join(conditions, sql` and `)
  const direction = input.order === 'asc' ? sql`asc` : sql`desc`
  return scope.read(async (tx) => {
    const [count] = await rows<{ total: number }>(
      tx,
      sql`select count(*)::int as total from ${documentJoins} where ${where}`,
    )
    const found = await selectDocuments(
      tx,
      scope,
      where,
      sql`order by ${columns[input.sort]} ${direction}, d.id ${direction} limit ${input.limit} offset ${input.offset}`,
    )
    return { items: found.map((row) => row.item), total: count!.total }
  })
}
