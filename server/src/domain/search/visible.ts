/** Which documents the asker may see, and which of them pass the filters. Row-level security answers the first question. */
import { rows, sql, type Tx } from '../../db/index.ts'
import type { QueryFilters } from './query.ts'

export type Filters = {
  format: string[]
  /** Ids from lists, and names from words in the question. A collection brings those below it. */
  collection: string[]
  collectionNames: string[]
  owner: string[]
  ownerNames: string[]
  tag: string[]
  language: string[]
  after?: string
  before?: string
}

export const noFilters: Filters = {
  format: [],
  collection: [],
  collectionNames: [],
  owner: [],
  ownerNames: [],
  tag: [],
  language: [],
}

/** Filters given by fields and filters typed as words: both must hold where both name the same thing. */
export const joinFilters = (
  fields: Omit<QueryFilters, 'after' | 'before'> & { after?: string; before?: string },
  typed: QueryFilters,
): Filters => ({
  format: [...fields.format, ...typed.format],
  collection: fields.collection,
  collectionNames: typed.collection,
  owner: fields.owner,
  ownerNames: typed.owner,
  tag: [...fields.tag, ...typed.tag],
  language: [...fields.language, ...typed.language],
  after: later(fields.after, typed.after),
  before: earlier(fields.before, typed.before),
})

const later = (a?: string, b?: string): string | undefined => (a && b ? (a > b ? a : b) : (a ?? b))
const earlier = (a?: string, b?: string): string | undefined => (a && b ? (a < b ? a : b) : (a ?? b))

export const hasFilters = (filters: Filters): boolean =>
  Object.values(filters).some((value) => (Array.isArray(value) ? value.length > 0 : value !== undefined))

/** A Postgres array literal, since both drivers spread JavaScript arrays into single parameters. */
export const arrayOf = (values: readonly (string | number)[]): string =>
  `{${values.map((value) => (typeof value === 'number' ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`)).join(',')}}`

export type Visible = { visible: number[]; filtered: number[] | undefined }

/** Numbers of searchable documents: not in the trash, with a current version. `filtered` is undefined without filters. */
export const visibleDocuments = async (tx: Tx, filters: Filters): Promise<Visible> => {
  const filtering = hasFilters(filters)
  const [row] = await rows<{ visible: string | null; filtered: string | null }>(
    tx,
    sql`select string_agg(d.no::text, ',') as visible,
          ${filtering ? sql`string_agg(d.no::text, ',') filter (where ${condition(filters)})` : sql`null`} as filtered
        from documents d where d.deleted_at is null and d.current_version_id is not null`,
  )
  return { visible: numbers(row?.visible), filtered: filtering ? numbers(row?.filtered) : undefined }
}

const numbers = (list: string | null | undefined): number[] => (list ? list.split(',').map(Number) : [])

const condition = (filters: Filters) => {
  const conditions = [sql`true`]
  if (filters.format.length > 0) {
    conditions.push(
      sql`exists (select 1 from versions v where v.id = d.current_version_id and v.format = any(${arrayOf(filters.format)}::text[]))`,
    )
  }
  if (filters.collection.length > 0) conditions.push(below(sql`c.id = any(${arrayOf(filters.collection)}::uuid[])`))
  for (const name of filters.collectionNames) conditions.push(below(sql`lower(c.name) = lower(${name})`))
  if (filters.owner.length > 0) conditions.push(sql`d.owner_id = any(${arrayOf(filters.owner)}::uuid[])`)
  for (const name of filters.ownerNames) {
    conditions.push(
      sql`d.owner_id in (select p.id from people p where position(lower(${name}) in lower(p.name)) > 0 or lower(p.email) = lower(${name}))`,
    )
  }
  for (const tag of filters.tag)
    conditions.push(sql`exists (select 1 from unnest(d.tags) as t(tag) where lower(t.tag) = lower(${tag}))`)
  if (filters.language.length > 0) conditions.push(sql`d.language = any(${arrayOf(filters.language)}::text[])`)
  if (filters.after) conditions.push(sql`d.updated_at >= ${filters.after}::date`)
  if (filters.before) conditions.push(sql`d.updated_at < ${filters.before}::date`)
  return sql.join(conditions, sql` and `)
}

const below = (start: ReturnType<typeof sql>) =>
  sql`d.collection_id in (with recursive inside as (
    select c.id from collections c where ${start} union select c.id from collections c join inside i on c.parent_id = i.id
  ) select id from inside)`
