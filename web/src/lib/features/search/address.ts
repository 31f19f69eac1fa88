/** A search as an address (`/search?q=…`), so that it can be kept, sent and come back to. */
import type { SearchQuery } from '#lib/api/types.ts'

export const PAGE_SIZE = 20
/** Filters that take several values. */
export const LISTS = ['format', 'collection', 'owner', 'tag', 'language'] as const
export type ListName = (typeof LISTS)[number]

export function readAddress(params: URLSearchParams): SearchQuery {
  const query: SearchQuery = { q: params.get('q') ?? '' }
  const mode = params.get('mode')
  if (mode === 'lexical' || mode === 'semantic') query.mode = mode
  for (const name of LISTS) {
    const values = params.getAll(name)
    if (values.length > 0) query[name] = values
  }
  const after = params.get('after')
  const before = params.get('before')
  if (after && /^\d{4}-\d\d-\d\d$/.test(after)) query.after = after
  if (before && /^\d{4}-\d\d-\d\d$/.test(before)) query.before = before
  const page = Number(params.get('page'))
  query.limit = PAGE_SIZE
  query.offset = Number.isInteger(page) && page > 1 ? Math.min(page - 1, 50) * PAGE_SIZE : 0
  return query
}

/** The address after a change; any change but of the page goes back to the first page. */
export function writeAddress(query: SearchQuery, change: Partial<SearchQuery> & { page?: number } = {}): string {
  const { page, ...rest } = change
  const next: SearchQuery = { ...query, ...rest }
  const params = new URLSearchParams()
  params.set('q', next.q)
  if (next.mode && next.mode !== 'hybrid') params.set('mode', next.mode)
  for (const name of LISTS) for (const value of next[name] ?? []) params.append(name, value)
  if (next.after) params.set('after', next.after)
  if (next.before) params.set('before', next.before)
  if (page && page > 1) params.set('page', String(page))
  return `/search?${params}`
}

export function toggled(list: readonly string[] | undefined, value: string): string[] {
  const all = list ?? []
  return all.includes(value) ? all.filter((one) => one !== value) : [...all, value]
}

/** The year a date filter covers exactly, or null. */
export function yearOf(query: SearchQuery): string | null {
  const year = query.after?.slice(0, 4)
  return year && query.after === `${year}-01-01` && query.before === `${year}-12-31` ? year : null
}

export function hasFilters(query: SearchQuery): boolean {
  return LISTS.some((name) => (query[name]?.length ?? 0) > 0) || Boolean(query.after || query.before)
}
