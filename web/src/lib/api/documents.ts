import { get, patch, post, put, request, unwrap } from './http.ts'
import type {
  AccessView,
  Activity,
  ActivityItem,
  Bulk,
  BulkResult,
  ChangeAccess,
  ChangeDocument,
  DocumentItem,
  DocumentList,
  DocumentView,
  Home,
  ListDocuments,
  Marks,
  Pages,
  Upload,
  UploadResult,
} from './types.ts'

export const home = (signal?: AbortSignal) => get<Home>('/home', undefined, signal)
export const documents = (query: ListDocuments, signal?: AbortSignal) => get<DocumentList>('/documents', query, signal)
export const document = (id: string, signal?: AbortSignal) => get<DocumentView>(`/documents/${id}`, undefined, signal)
export const changeDocument = (id: string, input: ChangeDocument) => patch<DocumentItem>(`/documents/${id}`, input)
export const bulk = (input: Bulk) => post<BulkResult>('/documents/bulk', input)
export const documentAccess = (id: string) => get<AccessView>(`/documents/${id}/access`)
export const changeDocumentAccess = (id: string, input: ChangeAccess) =>
  put<AccessView>(`/documents/${id}/access`, input)

/** The file's bytes as they are. For progress of the sending itself see `features/documents`. */
export const upload = (query: Upload, file: Blob, signal?: AbortSignal) =>
  unwrap<UploadResult>(request('POST', '/documents', { query, body: file, ...(signal ? { signal } : {}) }))
export const uploadVersion = (id: string, name: string, file: Blob, signal?: AbortSignal) =>
  unwrap<UploadResult>(
    request('POST', `/documents/${id}/versions`, { query: { name }, body: file, ...(signal ? { signal } : {}) }),
  )

export const pages = (id: string, version: number, from = 1, to?: number, signal?: AbortSignal) =>
  get<Pages>(`/documents/${id}/versions/${version}/pages`, { from, to }, signal)
export const fileAddress = (id: string, version: number) => `/api/documents/${id}/versions/${version}/file`
export const retry = (id: string, version: number) => post<ActivityItem>(`/documents/${id}/versions/${version}/retry`)
export const cancel = (id: string, version: number) => post<ActivityItem>(`/documents/${id}/versions/${version}/cancel`)
/** The places of one passage in its version. */
export const marks = (id: string, passage: string, signal?: AbortSignal) =>
  get<Marks>(`/documents/${id}/marks`, { passage }, signal)
export const activity = (signal?: AbortSignal) => get<Activity>('/activity', undefined, signal)

/** Where a document opens: at a version, a page, a passage of it, or characters [start, end) of the passage. */
export function documentPath(
  id: string,
  at: {
    version?: number | null
    page?: number | null
    passage?: string | null
    part?: { start: number; end: number } | null
  } = {},
): string {
  const params = new URLSearchParams()
  if (at.version) params.set('version', String(at.version))
  if (at.page) params.set('page', String(at.page))
  if (at.passage) params.set('passage', at.passage)
  if (at.passage && at.part) params.set('at', `${at.part.start}-${at.part.end}`)
  const text = params.toString()
  return `/documents/${id}${text ? `?${text}` : ''}`
}
