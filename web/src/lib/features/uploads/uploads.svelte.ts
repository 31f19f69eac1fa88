/**
 * The files on their way to the server, for the whole page: they go on while one looks at other things. At most three
 * at once; each can be stopped and, where it failed, tried again.
 */
import { ApiError } from '#lib/api/http.ts'
import type { DocumentItem, UploadResult } from '#lib/api/types.ts'
import { collections } from '#lib/features/collections/collections.svelte.ts'
import type { Found } from './dropped.ts'
import { send } from './send.ts'

const AT_ONCE = 3
/** A busy server is asked again this often before the file counts as failed. */
const PATIENCE = 4

export type UploadState = 'waiting' | 'sending' | 'finished' | 'same' | 'failed' | 'stopped'
export type Target = { kind: 'collection'; id: string | null } | { kind: 'document'; id: string }

export class FileUpload {
  readonly id: number
  readonly file: File
  readonly folder: string
  readonly target: Target
  state: UploadState = $state('waiting')
  /** 0 to 1 of the bytes. */
  sent = $state(0)
  outcome: UploadResult['outcome'] | null = $state(null)
  document: DocumentItem | null = $state(null)
  error: unknown = $state(null)
  keep = false
  attempts = 0
  stop: AbortController | null = null

  constructor(id: number, found: Found, target: Target) {
    this.id = id
    this.file = found.file
    this.folder = found.folder
    this.target = target
  }
}

class Uploads {
  list: FileUpload[] = $state([])
  /** Counts finished ones; lists look again when it moves. */
  finished = $state(0)
  #next = 1
  #running = 0

  get active(): boolean {
    return this.list.some((one) => one.state === 'waiting' || one.state === 'sending')
  }

  add(found: Iterable<Found>, target: Target): void {
    const fresh = [...found].map((one) => new FileUpload(this.#next++, one, target))
    this.list.push(...fresh)
    this.#pump()
  }

  stop(one: FileUpload): void {
    if (one.stop) one.stop.abort()
    else one.state = 'stopped'
  }
  stopAll(): void {
    for (const one of this.list) if (one.state === 'waiting' || one.state === 'sending') this.stop(one)
  }

  again(one: FileUpload, keep = false): void {
    one.keep = keep
    one.attempts = 0
    one.error = null
    one.sent = 0
    one.state = 'waiting'
    this.#pump()
  }

  /** Takes away what needs nothing more. */
  clear(): void {
    this.list = this.list.filter((one) => one.state === 'waiting' || one.state === 'sending')
  }

  #pump(): void {
    while (this.#running < AT_ONCE) {
      const next = this.list.find((one) => one.state === 'waiting')
      if (!next) return
      void this.#send(next)
    }
  }

  async #send(one: FileUpload): Promise<void> {
    this.#running += 1
    one.state = 'sending'
    one.stop = new AbortController()
    try {
      const { outcome, document } = await send({
        ...addressOf(one),
        file: one.file,
        signal: one.stop.signal,
        onprogress: (bytes) => (one.sent = one.file.size ? bytes / one.file.size : 1),
      })
      one.outcome = outcome
      one.document = document
      one.sent = 1
      one.state = outcome === 'same' ? 'same' : 'finished'
      this.finished += 1
      if (one.folder) void collections.refresh()
    } catch (error) {
      this.#failed(one, error)
    } finally {
      one.stop = null
      this.#running -= 1
      this.#pump()
    }
  }

  #failed(one: FileUpload, error: unknown): void {
    if (error instanceof DOMException && error.name === 'AbortError') {
      one.state = 'stopped'
      return
    }
    const busy = error instanceof ApiError && (error.status === 429 || error.code === 'unavailable')
    if (busy && one.attempts < PATIENCE) {
      one.attempts += 1
      one.sent = 0
      one.state = 'sending'
      setTimeout(
        () => {
          if (one.state !== 'sending') return
          one.state = 'waiting'
          this.#pump()
        },
        1000 * (error.retryAfter ?? 2 ** one.attempts),
      )
      return
    }
    one.error = error
    one.state = 'failed'
  }
}

function addressOf(one: FileUpload) {
  if (one.target.kind === 'document')
    return { path: `/documents/${one.target.id}/versions`, query: { name: one.file.name } }
  return {
    path: '/documents',
    query: { name: one.file.name, collection: one.target.id, folder: one.folder, same: one.keep ? 'keep' : 'point' },
  }
}

export const uploads = new Uploads()
