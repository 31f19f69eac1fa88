import { get } from './http.ts'
import type { SearchQuery, SearchResults, Suggestions } from './types.ts'

export const search = (query: SearchQuery, signal?: AbortSignal) => get<SearchResults>('/search', query, signal)
export const suggest = (q: string, signal?: AbortSignal) => get<Suggestions>('/search/suggest', { q }, signal)
