/** What a Scope hands to verbs beside data: the ports, constructed in `boot.ts`. */
import type { ChatModel, Embedder, Reranker } from './ai/ports.ts'
import type { Queue } from './queue/index.ts'
import type { ObjectStore } from './storage/index.ts'

export type Platform = {
  store: ObjectStore
  queue: Queue
  embedder: Embedder
  /** The language model that speaks now; null: the extractive answerer does. */
  chat: () => Promise<ChatModel | null>
  reranker: Reranker | null
  /** Says to every replica that something changed: 'documents', 'passages'. */
  announce: Announcements
  now: () => Date
}

export type Announcement = { topic: 'ingestion' | 'passages'; documentId?: string }
export type Announcements = {
  /** Hears what any replica's transactions announced after their commit. */
  subscribe(heard: (what: Announcement) => void): () => void
}
