import { z } from 'zod'
import { AccessSummary, AccessView, PersonRef } from '../access/contract.ts'
import { Format, Page, PageUnit } from './extraction.ts'

/** The life of a version: queued → extracting → embedding → ready; 'searchable' words come before meaning. */
export const Stage = z.enum(['queued', 'extracting', 'indexing', 'embedding', 'ready', 'failed', 'cancelled'])
export type Stage = z.infer<typeof Stage>

export const Progress = z.object({
  stage: Stage,
  /** 0 to 1 within the whole ingestion. */
  fraction: z.number(),
  /** Seconds still to go, null where nothing can be said yet. */
  secondsLeft: z.number().nullable(),
  /** What is counted: pages read, passages embedded. */
  done: z.int(),
  total: z.int(),
  /** Found by its words already. */
  foundByWords: z.boolean(),
  foundByMeaning: z.boolean(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  warnings: z.array(z.string()),
})
export type Progress = z.infer<typeof Progress>

export const VersionView = z.object({
  id: z.uuid(),
  number: z.int(),
  current: z.boolean(),
  fileName: z.string(),
  format: Format.nullable(),
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  pages: z.int().nullable(),
  pageUnit: PageUnit,
  createdAt: z.iso.datetime(),
  createdBy: PersonRef,
  progress: Progress,
})
export type VersionView = z.infer<typeof VersionView>

/** A row of a list. */
export const DocumentItem = z.object({
  id: z.uuid(),
  title: z.string(),
  format: Format.nullable(),
  bytes: z.int(),
  owner: PersonRef,
  collection: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  access: AccessSummary,
  tags: z.array(z.string()),
  language: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  deletedAt: z.iso.datetime().nullable(),
  versionNumber: z.int(),
  progress: Progress,
  can: z.object({ edit: z.boolean(), share: z.boolean(), remove: z.boolean() }),
})
export type DocumentItem = z.infer<typeof DocumentItem>

export const DocumentView = DocumentItem.extend({
  accessDetail: AccessView,
  versions: z.array(VersionView),
})
export type DocumentView = z.infer<typeof DocumentView>

export const ListDocuments = z.object({
  view: z.enum(['library', 'trash']).default('library'),
  /** A collection's id, 'none' for documents in no collection, absent for all. */
  collection: z.union([z.uuid(), z.literal('none')]).optional(),
  owner: z.union([z.uuid(), z.literal('me')]).optional(),
  format: Format.optional(),
  /** Part of the title. */
  title: z.string().max(200).optional(),
  sort: z.enum(['title', 'updated', 'created', 'bytes', 'owner']).default('updated'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export type ListDocuments = z.infer<typeof ListDocuments>
export const DocumentList = z.object({ items: z.array(DocumentItem), total: z.int() })

/** Query of the streamed upload; the body is the file's bytes as they are. */
export const Upload = z.object({
  name: z.string().min(1).max(1024),
  collection: z.uuid().optional(),
  /** Folder path of a dropped folder, "Reports/2026": collections are made on the way. */
  folder: z.string().max(2048).optional(),
  /** What to do when the very same bytes already stand in a document the uploader may see. */
  same: z.enum(['point', 'keep']).default('point'),
})
export type Upload = z.infer<typeof Upload>
export const UploadResult = z.object({
  /** 'same': nothing was stored; `document` is the one that already holds these bytes. */
  outcome: z.enum(['created', 'version', 'same']),
  document: DocumentItem,
})
export type UploadResult = z.infer<typeof UploadResult>

export const ChangeDocument = z.strictObject({
  title: z.string().trim().min(1).max(400).optional(),
  tags: z.array(z.string().trim().min(1).max(60)).max(50).optional(),
  collectionId: z.uuid().nullable().optional(),
})
export type ChangeDocument = z.infer<typeof ChangeDocument>

export const Bulk = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('move'),
    ids: z.array(z.uuid()).min(1).max(500),
    collectionId: z.uuid().nullable(),
  }),
  z.strictObject({ action: z.enum(['trash', 'restore', 'delete']), ids: z.array(z.uuid()).min(1).max(500) }),
])
export type Bulk = z.infer<typeof Bulk>
export const BulkResult = z.object({
  done: z.array(z.uuid()),
  refused: z.array(z.object({ id: z.uuid(), message: z.string() })),
})

/** Pages of a version as text, for the preview. */
export const PageRange = z.object({
  from: z.coerce.number().int().min(1).default(1),
  to: z.coerce.number().int().min(1).optional(),
})
export const Pages = z.object({ unit: PageUnit, total: z.int(), pages: z.array(Page) })

/** Where a passage stands: characters [start, end) of a block, with the boxes of its printed lines where there are any. */
export const Mark = z.object({
  page: z.int(),
  block: z.int(),
  start: z.int(),
  end: z.int(),
  boxes: z.array(z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
})
export type Mark = z.infer<typeof Mark>
export const Marks = z.object({ version: z.int(), page: z.int(), marks: z.array(Mark), text: z.string() })

export const ActivityItem = z.object({
  documentId: z.uuid(),
  title: z.string(),
  versionNumber: z.int(),
  bytes: z.int(),
  createdAt: z.iso.datetime(),
  progress: Progress,
  can: z.object({ retry: z.boolean(), cancel: z.boolean() }),
})
export type ActivityItem = z.infer<typeof ActivityItem>
export const Activity = z.object({ items: z.array(ActivityItem), running: z.int(), failed: z.int() })

export const Home = z.object({
  documents: z.int(),
  collections: z.int(),
  changedAt: z.iso.datetime().nullable(),
  recent: z.array(DocumentItem),
  shared: z.array(DocumentItem),
  waiting: z.array(ActivityItem),
})
