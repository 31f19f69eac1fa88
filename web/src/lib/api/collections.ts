import { get, patch, post, put, remove } from './http.ts'
import type {
  AccessView,
  ChangeAccess,
  ChangeCollection,
  Collection,
  CollectionList,
  CreateCollection,
} from './types.ts'

export const collections = (signal?: AbortSignal) => get<CollectionList>('/collections', undefined, signal)
export const createCollection = (input: CreateCollection) => post<Collection>('/collections', input)
export const changeCollection = (id: string, input: ChangeCollection) => patch<Collection>(`/collections/${id}`, input)
/** Its documents go to the trash. */
export const removeCollection = (id: string) => remove(`/collections/${id}`)
export const collectionAccess = (id: string) => get<AccessView>(`/collections/${id}/access`)
export const changeCollectionAccess = (id: string, input: ChangeAccess) =>
  put<AccessView>(`/collections/${id}/access`, input)
