/** The rows of the present address: fetched, kept while the next come, and looked at again while something changes. */
import { documents as fetchDocuments } from '#lib/api/documents.ts'
import type { DocumentItem } from '#lib/api/types.ts'
import { asked, type LibraryQuery } from './address.ts'

const ENDED = new Set(['ready', 'failed', 'cancelled'])

export class Documents {
  items: DocumentItem[] = $state.raw([])
  total = $state(0)
  /** The address the rows belong to; null before the first. */
  loaded: string | null = $state(null)
  error: unknown = $state(null)
  busy = $state(false)
  #stop: AbortController | null = null

  get unsettled(): boolean {
    return this.items.some((item) => !ENDED.has(item.progress.stage))
  }

  async load(query: LibraryQuery, key: string): Promise<void> {
    this.#stop?.abort()
    const stop = (this.#stop = new AbortController())
    this.busy = true
    try {
      const found = await fetchDocuments(asked(query), stop.signal)
      this.items = found.items
      this.total = found.total
      this.loaded = key
      this.error = null
    } catch (error) {
      if (stop.signal.aborted) return
      this.error = error
    } finally {
      if (this.#stop === stop) this.busy = false
    }
  }

  /** Rows that went elsewhere leave at once; what comes up from the next page follows with the next load. */
  without(ids: readonly string[]): void {
    const gone = new Set(ids)
    this.items = this.items.filter((item) => !gone.has(item.id))
    this.total = Math.max(0, this.total - gone.size)
  }
}
