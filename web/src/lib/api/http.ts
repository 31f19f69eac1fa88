/**
 * The one way to the server. Every failure becomes an ApiError that a person can be shown: what happened, and the
 * request id that finds it in the log. 401 anywhere ends the session in the page.
 */
import { locale } from '#lib/i18n/locale.svelte.ts'

export type ErrorCode =
  | 'not_found'
  | 'forbidden'
  | 'unauthenticated'
  | 'invalid'
  | 'conflict'
  | 'limit_reached'
  | 'precondition'
  | 'unavailable'
  | 'internal'
  /** No answer came at all: the network or the server is away. */
  | 'offline'

export type Issue = { path: string; message: string }

export class ApiError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly requestId: string | null
  readonly issues: Issue[]
  /** Seconds after which another attempt makes sense, as the server says it. */
  readonly retryAfter: number | null

  constructor(
    code: ErrorCode,
    message: string,
    more: { status?: number; requestId?: string | null; issues?: Issue[]; retryAfter?: number | null } = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = more.status ?? 0
    this.requestId = more.requestId ?? null
    this.issues = more.issues ?? []
    this.retryAfter = more.retryAfter ?? null
  }

  /** The message for one field of the request, or null. */
  of(field: string): string | null {
    return this.issues.find((issue) => issue.path === field)?.message ?? null
  }
}

export type Query = Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>

/** "?a=1&b=2&b=3"; empty values are left out. */
export function queryString(query: Query | undefined): string {
  if (!query) return ''
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    if (Array.isArray(value)) for (const item of value) params.append(name, String(item))
    else params.append(name, String(value))
  }
  const text = params.toString()
  return text ? `?${text}` : ''
}

type Options = {
  query?: Query
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  body?: BodyInit
  signal?: AbortSignal
  accept?: string
}

let onSignedOut: () => void = () => {}
/** What happens when the server says that nobody is signed in. Set once by the session. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act
}

/** The raw answer, or ApiError. Used for streams; everything else goes through `get`, `post` and so on. */
export async function request(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = {
    accept: options.accept ?? 'application/json',
    'accept-language': locale.now,
  }
  if (options.json !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(`/api${path}${queryString(options.query)}`, {
      method,
      headers,
      credentials: 'same-origin',
      body: options.json === undefined ? (options.body ?? null) : JSON.stringify(options.json),
      signal: options.signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('offline', 'The server does not answer.')
  }
  if (!response.ok) throw await failure(response)
  return response
}

/** Reads the error body of a failed answer; a body in another shape (a proxy's page) still gives a usable error. */
async function failure(response: Response): Promise<ApiError> {
  const header = response.headers.get('x-request-id')
  const retryAfter = Number(response.headers.get('retry-after')) || null
  let body: unknown = null
  try {
    body = await response.json()
  } catch {
    // Not JSON: what follows says all that is known.
  }
  const error = body && typeof body === 'object' && 'error' in body ? body.error : null
  const known =
    error && typeof error === 'object'
      ? (error as Partial<{ code: ErrorCode; message: string; requestId: string; issues: Issue[] }>)
      : {}
  const code = known.code ?? codeOf(response.status)
  const problem = new ApiError(code, known.message ?? '', {
    status: response.status,
    requestId: known.requestId ?? header,
    issues: known.issues ?? [],
    retryAfter,
  })
  if (code === 'unauthenticated') onSignedOut()
  return problem
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 409) return 'conflict'
  if (status === 412) return 'precondition'
  if (status === 413 || status === 429) return 'limit_reached'
  if (status === 400 || status === 422) return 'invalid'
  if (status >= 502 && status <= 504) return 'unavailable'
  return 'internal'
}

/** The body of a successful answer; undefined for 204. The shapes are the server's contracts, checked there. */
export async function unwrap<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  unwrap<T>(request('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }))
export const post = <T>(path: string, json?: unknown, signal?: AbortSignal): Promise<T> =>
  unwrap<T>(request('POST', path, { json: json ?? {}, ...(signal ? { signal } : {}) }))
export const patch = <T>(path: string, json: unknown): Promise<T> => unwrap<T>(request('PATCH', path, { json }))
export const put = <T>(path: string, json: unknown): Promise<T> => unwrap<T>(request('PUT', path, { json }))
export const remove = (path: string): Promise<void> => unwrap<void>(request('DELETE', path))
