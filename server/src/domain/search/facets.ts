/**
 * Counts beside the filters: documents among the results, by kind, place, owner, tag, language and year. Each filter's values
 * are counted with all OTHER filters applied, so that a second value can be chosen. Only rows the asker may see are read.
 */
import { rows, sql, type Tx } from '../../db/index.ts'
import type { Facet, FacetName } from './contract.ts'
import { arrayOf, type Filters } from './visible.ts'
import type { z } from 'zod'

type Row = {
  no: number
  format: string | null
  collection_id: string | null
  collection_name: string | null
  owner_id: string
  owner_name: string | null
  tags: string[]
  language: string | null
  year: number
  updated: string
}
type Value = { value: string; label: string }
type Name = z.infer<typeof FacetName>

const names: Name[] = ['format', 'collection', 'owner', 'tag', 'language', 'year']
const mostValues = 20

/** `found`: numbers of documents among the results; `withoutFilters`: those that some filter may have kept out. */
export const facetsOf = async (
  tx: Tx,
  found: readonly number[],
  withoutFilters: readonly number[],
  filters: Filters,
): Promise<z.infer<typeof Facet>[]> => {
  const all = [...new Set([...found, ...withoutFilters])]
  if (all.length === 0) return []
  const inside = new Set(found)
  // One value for all rows: a driver's work is by field.
  const [answer] = await rows<{ list: string }>(
    tx,
    sql`select coalesce(json_agg(found), '[]')::text as list from (select d.no, v.format, c.id as collection_id, c.name as collection_name, d.owner_id, o.name as owner_name, d.tags, d.language,
          extract(year from d.updated_at at time zone 'UTC')::int as year, to_char(d.updated_at at time zone 'UTC', 'YYYY-MM-DD') as updated
        from documents d join versions v on v.id = d.current_version_id
          left join people o on o.id = d.owner_id left join collections c on c.id = d.collection_id
        where d.no = any(${arrayOf(all)}::int[]) and d.deleted_at is null) found`,
  )
  const list = JSON.parse(answer?.list ?? '[]') as Row[]
  return names
    .map((name) => ({ name, values: count(list, name, filters, inside) }))
    .filter(({ values }) => values.length > 0)
}

const count = (
  list: Row[],
  name: Name,
  filters: Filters,
  inside: ReadonlySet<number>,
): z.infer<typeof Facet>['values'] => {
  const chosen = new Set(selected(name, filters))
  // Names typed as words and collections above others are told apart in SQL alone: there the filtered set itself is counted.
  const counted = list.filter((row) => inside.has(row.no) || (chosen.size > 0 && passesOthers(row, name, filters)))
  const values = new Map<string, { label: string; count: number }>()
  for (const row of counted) {
    for (const { value, label } of valuesOf(row, name)) {
      const known = values.get(value)
      if (known) known.count++
      else values.set(value, { label, count: 1 })
    }
  }
  return [...values]
    .map(([value, { label, count: documents }]) => ({ value, label, count: documents, selected: chosen.has(value) }))
    .sort((a, b) => Number(b.selected) - Number(a.selected) || b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, mostValues)
}

const selected = (name: Name, filters: Filters): string[] =>
  name === 'year' ? (filters.after && filters.before ? [filters.after.slice(0, 4)] : []) : filters[name]

const valuesOf = (row: Row, name: Name): Value[] => {
  switch (name) {
    case 'format':
      return row.format ? [{ value: row.format, label: row.format }] : []
    case 'collection':
      return row.collection_id ? [{ value: row.collection_id, label: row.collection_name ?? '' }] : []
    case 'owner':
      return [{ value: row.owner_id, label: row.owner_name ?? '' }]
    case 'tag':
      return row.tags.map((tag) => ({ value: tag, label: tag }))
    case 'language':
      return row.language ? [{ value: row.language, label: row.language }] : []
    case 'year':
      return [{ value: String(row.year), label: String(row.year) }]
  }
}

const passesOthers = (row: Row, left: Name, filters: Filters): boolean => {
  if (filters.collectionNames.length > 0 || filters.ownerNames.length > 0) return false
  const meets = (name: Name, wanted: string[]): boolean =>
    name === left || wanted.length === 0 || valuesOf(row, name).some(({ value }) => wanted.includes(value))
  const tags = new Set(row.tags.map((tag) => tag.toLowerCase()))
  return (
    meets('format', filters.format) &&
    meets('collection', filters.collection) &&
    meets('owner', filters.owner) &&
    meets('language', filters.language) &&
    (left === 'tag' || filters.tag.every((tag) => tags.has(tag.toLowerCase()))) &&
    (left === 'year' ||
      ((!filters.after || row.updated >= filters.after) && (!filters.before || row.updated < filters.before)))
  )
}
