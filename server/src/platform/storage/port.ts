import type { Readable } from 'node:stream'

export type StoredObject = { sha256: string; bytes: number }

/** Bytes under the name of their own SHA-256. Written once, never changed. */
export interface ObjectStore {
  /**
   * Takes the stream to its end, hashing. Nothing is left behind when the stream fails, the signal aborts or more than
   * `limit` bytes come (then AppError 'limit_reached'). Storing the same bytes again is harmless.
   */
  put(bytes: Readable, options: { limit: number; signal?: AbortSignal }): Promise<StoredObject>
  /** Bytes [start, end] inclusive, or all. Throws AppError 'not_found'. */
  get(sha256: string, range?: { start: number; end: number }): Promise<Readable>
  has(sha256: string): Promise<boolean>
  delete(sha256: string): Promise<void>
  /** Names and ages of all objects, for the sweep of those no version names. */
  list(): AsyncIterable<{ sha256: string; modifiedAt: Date }>
  /**
   * A path on this machine that holds the bytes, for parsers that need a file. `release` when done; a store elsewhere
   * makes a copy and removes it then.
   */
  localPath(sha256: string): Promise<{ path: string; release: () => Promise<void> }>
  /** Where the objects are, for people: "the folder data/objects". */
  describe(): string
}
