/** Sends one file with progress of the sending itself, which fetch cannot tell. Errors are ApiError, as everywhere. */
import { ApiError, queryString, type ErrorCode, type Issue, type Query } from '#lib/api/http.ts'
import type { UploadResult } from '#lib/api/types.ts'
import { locale } from '#lib/i18n/locale.svelte.ts'

type Sending = { path: string; query: Query; file: File; signal: AbortSignal; onprogress: (sent: number) => void }

export function send({ path, query, file, signal, onprogress }: Sending): Promise<UploadResult> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api${path}${queryString(query)}`)
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('accept-language', locale.now)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = (event) => onprogress(event.loaded)
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        try {
          resolve(JSON.parse(request.responseText) as UploadResult)
        } catch {
          reject(new ApiError('internal', 'The answer could not be read.', { status: request.status }))
        }
      } else reject(failureOf(request))
    }
    // A file changed or removed on disk after it was chosen ends here as well, without any answer.
    request.onerror = () => reject(new ApiError('offline', 'The server does not answer.'))
    request.onabort = () => reject(new DOMException('Stopped', 'AbortError'))
    if (signal.aborted) return reject(new DOMException('Stopped', 'AbortError'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

function failureOf(request: XMLHttpRequest): ApiError {
  let known: Partial<{ code: ErrorCode; message: string; requestId: string; issues: Issue[] }> = {}
  try {
    known = (JSON.parse(request.responseText) as { error?: typeof known }).error ?? {}
  } catch {
    // A proxy's page: the status says all that is known.
  }
  const codes: Record<number, ErrorCode> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    412: 'precondition',
    413: 'limit_reached',
    422: 'invalid',
    429: 'limit_reached',
    502: 'unavailable',
    503: 'unavailable',
    504: 'unavailable',
  }
  return new ApiError(known.code ?? codes[request.status] ?? 'internal', known.message ?? '', {
    status: request.status,
    requestId: known.requestId ?? request.getResponseHeader('x-request-id'),
    issues: known.issues ?? [],
    retryAfter: Number(request.getResponseHeader('retry-after')) || null,
  })
}
