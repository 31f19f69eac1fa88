import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { GuardedEnv } from '../../http/env.ts'
import { guard } from '../../http/guard.ts'
import { describe, validator } from '../../http/openapi.ts'
import { AppError } from '../../platform/app-error.ts'
import { AccessView, ChangeAccess } from '../access/index.ts'
import { cancelIngestion, home, listActivity, retryIngestion } from './activity.ts'
import { changeDocument, changeDocumentAccess, changeMany, documentAccess, viewDocument } from './change.ts'
import {
  Activity,
  ActivityItem,
  Bulk,
  BulkResult,
  ChangeDocument,
  DocumentItem,
  DocumentList,
  DocumentView,
  Home,
  ListDocuments,
  Marks,
  PageRange,
  Pages,
  Upload,
  UploadResult,
} from './contract.ts'
import { listDocuments } from './list.ts'
import { openFile, passageMarks, readPages } from './read.ts'
import { uploadDocument, uploadVersion } from './upload.ts'

const tag = 'documents'
const Id = z.object({ id: z.uuid() })
const OfVersion = z.object({ id: z.uuid(), number: z.coerce.number().int().min(1).max(1_000_000) })

export const documentRoutes = (limits: { uploadBytes: () => Promise<number> }) =>
  new Hono<GuardedEnv>()
    .get(
      '/home',
      guard('document.read'),
      describe({ summary: 'What I can search, and what is new', tag, returns: Home }),
      async (c) => c.json(await home(c.var.scope)),
    )
    .get(
      '/activity',
      guard('document.read'),
      describe({ summary: 'Files I brought in and how far they are', tag, returns: Activity }),
      async (c) => c.json(await listActivity(c.var.scope)),
    )
    .get(
      '/activity/stream',
      guard('document.read'),
      describe({ summary: 'The same, pushed at each change', tag, media: 'text/event-stream' }),
      (c) => streamActivity(c),
    )
    .get(
      '/documents',
      guard('document.read'),
      describe({ summary: 'Documents I may see', tag, returns: DocumentList }),
      validator('query', ListDocuments),
      async (c) => c.json(await listDocuments(c.var.scope, c.req.valid('query'))),
    )
    .post(
      '/documents',
      guard('document.create'),
      describe({
        summary: 'Bring a file in',
        description:
          'The body is the file as it is. A file of the same name in the same place becomes a new version; the very same bytes are noticed.',
        tag,
        returns: UploadResult,
        status: 201,
        body: 'bytes',
      }),
      validator('query', Upload),
      async (c) => {
        const result = await uploadDocument(c.var.scope, c.req.valid('query'), bodyOf(c), await limits.uploadBytes())
        return c.json(result, result.outcome === 'same' ? 200 : 201)
      },
    )
    .post(
      '/documents/bulk',
      guard('document.change'),
      describe({ summary: 'Move, trash, restore or delete many', tag, returns: BulkResult }),
      validator('json', Bulk),
      async (c) => c.json(await changeMany(c.var.scope, c.req.valid('json'))),
    )
    .get(
      '/documents/:id',
      guard('document.read'),
      describe({ summary: 'A document with its versions and access', tag, returns: DocumentView }),
      validator('param', Id),
      async (c) => c.json(await viewDocument(c.var.scope, c.req.valid('param').id)),
    )
    .patch(
      '/documents/:id',
      guard('document.change'),
      describe({ summary: 'Change title, tags or place', tag, returns: DocumentItem }),
      validator('param', Id),
      validator('json', ChangeDocument),
      async (c) => c.json(await changeDocument(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
    )
    .get(
      '/documents/:id/access',
      guard('document.read'),
      describe({ summary: 'Who can see a document, and why I can', tag, returns: AccessView }),
      validator('param', Id),
      async (c) => c.json(await documentAccess(c.var.scope, c.req.valid('param').id)),
    )
    .put(
      '/documents/:id/access',
      guard('document.change'),
      describe({ summary: 'Change who can see a document', tag, returns: AccessView }),
      validator('param', Id),
      validator('json', ChangeAccess),
      async (c) => c.json(await changeDocumentAccess(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
    )
    .get(
      '/documents/:id/marks',
      guard('document.read'),
      describe({ summary: 'Where a passage stands', tag, returns: Marks }),
      validator('param', Id),
      validator('query', z.object({ passage: z.coerce.number().int().min(1) })),
      async (c) => c.json(await passageMarks(c.var.scope, c.req.valid('param').id, c.req.valid('query').passage)),
    )
    .post(
      '/documents/:id/versions',
      guard('document.change'),
      describe({ summary: 'Bring in a new version', tag, returns: UploadResult, status: 201, body: 'bytes' }),
      validator('param', Id),
      validator('query', z.object({ name: z.string().min(1).max(1024) })),
      async (c) => {
        const result = await uploadVersion(
          c.var.scope,
          c.req.valid('param').id,
          c.req.valid('query').name,
          bodyOf(c),
          await limits.uploadBytes(),
        )
        return c.json(result, result.outcome === 'same' ? 200 : 201)
      },
    )
    .get(
      '/documents/:id/versions/:number/pages',
      guard('document.read'),
      describe({ summary: 'The text of a version, page by page', tag, returns: Pages }),
      validator('param', OfVersion),
      validator('query', PageRange),
      async (c) => {
        const { id, number } = c.req.valid('param')
        return c.json(await readPages(c.var.scope, id, number, c.req.valid('query')))
      },
    )
    .get(
      '/documents/:id/versions/:number/file',
      guard('document.read'),
      describe({ summary: 'The original file', tag, media: 'application/octet-stream' }),
      validator('param', OfVersion),
      async (c) => {
        const { id, number } = c.req.valid('param')
        return sendFile(c, id, number)
      },
    )
    .post(
      '/documents/:id/versions/:number/retry',
      guard('document.change'),
      describe({ summary: 'Read a file again', tag, returns: ActivityItem }),
      validator('param', OfVersion),
      async (c) => {
        const { id, number } = c.req.valid('param')
        return c.json(await retryIngestion(c.var.scope, id, number))
      },
    )
    .post(
      '/documents/:id/versions/:number/cancel',
      guard('document.change'),
      describe({ summary: 'Stop reading a file', tag, returns: ActivityItem }),
      validator('param', OfVersion),
      async (c) => {
        const { id, number } = c.req.valid('param')
        return c.json(await cancelIngestion(c.var.scope, id, number))
      },
    )

function bodyOf(c: Context<GuardedEnv>) {
  const stream = c.req.raw.body
  if (!stream) throw new AppError('invalid', { detail: 'Send the file as the body of the request.' })
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  const bytes = Readable.fromWeb(stream as NodeReadableStream<Uint8Array>)
  // Rights are asked before anybody reads: a sender who goes away in between must not end the process. Whoever reads later
  // still gets the error.
  bytes.on('error', () => {})
  return {
    bytes,
    length: Number.isFinite(length) ? length : undefined,
    signal: c.req.raw.signal,
  }
}

/** Always as an attachment of a type no browser runs: the page draws previews itself. */
async function sendFile(c: Context<GuardedEnv>, id: string, number: number): Promise<Response> {
  const { version, read } = await openFile(c.var.scope, c.var.services.db, id, number)
  const range = parseRange(c.req.header('range'), version.bytes)
  if (range === 'unsatisfiable') return c.body(null, 416, { 'content-range': `bytes */${version.bytes}` })
  const ascii = version.fileName.replaceAll(/[^\x20-\x7e]|["\\]/g, '_')
  const headers = {
    'content-type': version.format === 'pdf' ? 'application/pdf' : 'application/octet-stream',
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(version.fileName).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'content-length': String(range ? range.end - range.start + 1 : version.bytes),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${version.bytes}` } : {}),
  }
  const stream = Readable.toWeb(await read(range ?? undefined)) as ReadableStream<Uint8Array>
  return c.body(stream, range ? 206 : 200, headers)
}

/** One range, as viewers of long files ask for; several at once are answered with the whole. */
function parseRange(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return start > end || start >= size ? 'unsatisfiable' : { start, end }
}

/** Asks anew, under the person's present rights, at most twice a second. */
function streamActivity(c: Context<GuardedEnv>): Response {
  const { scope, services } = c.var
  return streamSSE(c, async (stream) => {
    let changed: (() => void) | undefined
    let dirty = true
    const stop = scope.platform.announce.subscribe((what) => {
      if (what.topic !== 'ingestion' && what.topic !== 'passages') return
      dirty = true
      changed?.()
    })
    const wake = () => changed?.()
    services.stopping.addEventListener('abort', wake)
    stream.onAbort(() => {
      stop()
      changed?.()
    })
    while (!stream.aborted && !stream.closed && !services.stopping.aborted) {
      if (dirty) {
        dirty = false
        if (!(await services.identify(c.req.raw.headers))) break
        await stream.writeSSE({ event: 'activity', data: JSON.stringify(await listActivity(scope)) })
        await stream.sleep(500)
      } else {
        await Promise.race([
          new Promise<void>((wake) => {
            changed = wake
          }),
          stream.sleep(15_000),
        ])
        if (!dirty) await stream.write(': still here\n\n')
      }
    }
    services.stopping.removeEventListener('abort', wake)
    stop()
  })
}
