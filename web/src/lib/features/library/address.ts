/** What the library shows, as an address, so that Back, links and a reload find the same rows. */
import type { Format, ListDocuments } from '#lib/api/types.ts'

export const PAGE_SIZE = 100
export const SORTS = ['title', 'owner', 'updated', 'bytes', 'created'] as const
export type Sort = (typeof SORTS)[number]

export type LibraryQuery = {
  view: 'library' | 'trash'
  /** A collection's id, 'none' for what lies in none, null for everything. */
  collection: string | null
  owner: string | null
  format: Format | null
  title: string
  sort: Sort
  order: 'asc' | 'desc'
  page: number
}

const START: LibraryQuery = {
  view: 'library',
  collection: null,
  owner: null,
  format: null,
  title: '',
  sort: 'updated',
  order: 'desc',
  page: 1,
}

export function readAddress(params: URLSearchParams): LibraryQuery {
  const sort = SORTS.find((one) => one === params.get('sort')) ?? START.sort
  const page = Number(params.get('page'))
  return {
    view: params.get('view') === 'trash' ? 'trash' : 'library',
    collection: params.get('collection'),
    owner: params.get('owner'),
    format: params.get('format') as Format | null,
    title: params.get('title') ?? '',
    sort,
    order: params.get('order') === 'asc' ? 'asc' : params.get('order') === 'desc' ? 'desc' : firstOrder(sort),
    page: Number.isInteger(page) && page > 1 ? page : 1,
  }
}

/** The address after a change; anything but turning the page goes back to the first page. */
export function writeAddress(query: LibraryQuery, change: Partial<LibraryQuery> = {}): string {
  const next: LibraryQuery = { ...query, page: 1, ...change }
  const params = new URLSearchParams()
  if (next.view === 'trash') params.set('view', 'trash')
  if (next.collection) params.set('collection', next.collection)
  if (next.owner) params.set('owner', next.owner)
  if (next.format) params.set('format', next.format)
  if (next.title) params.set('title', next.title)
  if (next.sort !== START.sort || next.order !== firstOrder(next.sort)) {
    params.set('sort', next.sort)
    params.set('order', next.order)
  }
  if (next.page > 1) params.set('page', String(next.page))
  const text = params.toString()
  return `/library${text ? `?${text}` : ''}`
}

/** Another place with the same order, without filters. */
export const placeAddress = (query: LibraryQuery, place: Pick<LibraryQuery, 'view' | 'collection'>): string =>
  writeAddress({ ...START, sort: query.sort, order: query.order }, place)

/** Names read best from A, everything else from the newest or largest. */
export const firstOrder = (sort: Sort): 'asc' | 'desc' => (sort === 'title' || sort === 'owner' ? 'asc' : 'desc')

export const isFiltered = (query: LibraryQuery): boolean => Boolean(query.owner || query.format || query.title)

export function asked(query: LibraryQuery): ListDocuments {
  return {
    view: query.view,
    ...(query.collection ? { collection: query.collection as string & 'none' } : {}),
    ...(query.owner ? { owner: query.owner as string & 'me' } : {}),
    ...(query.format ? { format: query.format } : {}),
    ...(query.title ? { title: query.title } : {}),
    sort: query.sort,
    order: query.order,
    limit: PAGE_SIZE,
    offset: (query.page - 1) * PAGE_SIZE,
  }
}
