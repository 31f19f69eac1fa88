import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  uniqueIndex,
  uuid,
  vector,
} from 'drizzle-orm/pg-core'
import { accessLists } from '../access/tables.ts'
import { collections } from '../collections/tables.ts'
import type { Block } from './extraction.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

export const documents = pgTable(
  'documents',
  {
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    /** Small and dense, for bitmaps in search. */
    no: integer('no').notNull().unique().generatedAlwaysAsIdentity(),
    organisationId: uuid('organisation_id').notNull(),
    collectionId: uuid('collection_id').references(() => collections.id, { onDelete: 'set null' }),
    ownerId: uuid('owner_id').notNull(),
    accessId: uuid('access_id')
      .notNull()
      .references(() => accessLists.id),
    /** True: `accessId` is the collection's and follows it. */
    inherits: boolean('inherits').notNull().default(false),
    title: text('title').notNull(),
    tags: text('tags')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** BCP 47 of most of its passages. */
    language: text('language'),
    currentVersionId: uuid('current_version_id'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
    deletedAt: at('deleted_at'),
    deletedBy: uuid('deleted_by'),
  },
  (t) => [
    index('documents_access').on(t.accessId),
    index('documents_collection').on(t.collectionId),
    index('documents_owner').on(t.ownerId),
    index('documents_updated').on(t.organisationId, t.updatedAt),
  ],
)

export const versions = pgTable(
  'versions',
  {
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    documentId: uuid('document_id')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    fileName: text('file_name').notNull(),
    mediaType: text('media_type').notNull().default('application/octet-stream'),
    format: text('format'),
    pageUnit: text('page_unit').notNull().default('page'),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    pages: integer('pages'),
    author: text('author'),
    stage: text('stage').notNull().default('queued'),
    done: integer('done').notNull().default(0),
    total: integer('total').notNull().default(0),
    stageStartedAt: at('stage_started_at').notNull().defaultNow(),
    foundByWords: boolean('found_by_words').notNull().default(false),
    foundByMeaning: boolean('found_by_meaning').notNull().default(false),
    problemCode: text('problem_code'),
    problemMessage: text('problem_message'),
    warnings: text('warnings')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Grows by one with every (re)run: a worker that lost its lease cannot write over the run that replaced it. */
    attempt: integer('attempt').notNull().default(0),
    createdBy: uuid('created_by').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    readyAt: at('ready_at'),
  },
  (t) => [
    uniqueIndex('versions_number').on(t.documentId, t.number),
    index('versions_sha256').on(t.sha256),
    index('versions_unfinished')
      .on(t.stage)
      .where(sql`stage not in ('ready', 'cancelled')`),
  ],
)

/** The text of a version, page by page, as extraction left it: preview and marks are drawn from it. */
export const pages = pgTable(
  'pages',
  {
    versionId: uuid('version_id')
      .notNull()
      .references(() => versions.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    label: text('label'),
    part: text('part'),
    partPage: integer('part_page'),
    width: real('width'),
    height: real('height'),
    ocr: boolean('ocr').notNull().default(false),
    blocks: jsonb('blocks').$type<Block[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.number] })],
)

/** Characters [start, end) of block `block` on page `page`. */
export type Span = { page: number; block: number; start: number; end: number }

/**
 * The unit that is found and cited. Kept for every version, so that an old citation still opens; search reads those of
 * current versions alone.
 */
export const passages = pgTable(
  'passages',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    documentId: uuid('document_id')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    versionId: uuid('version_id')
      .notNull()
      .references(() => versions.id, { onDelete: 'cascade' }),
    ordinal: integer('ordinal').notNull(),
    page: integer('page').notNull(),
    pageLabel: text('page_label'),
    headings: text('headings')
      .array()
      .notNull()
      .default(sql`'{}'`),
    text: text('text').notNull(),
    spans: jsonb('spans').$type<Span[]>().notNull(),
    language: text('language'),
    /** Terms and counts, packed by the search slice; see its `encodePostings`. */
    postings: bytea('postings').notNull(),
  },
  (t) => [uniqueIndex('passages_ordinal').on(t.versionId, t.ordinal), index('passages_document').on(t.documentId)],
)

/** One vector a passage and model. Two models may stand side by side while a change of model is under way. */
export const passageVectors = pgTable(
  'passage_vectors',
  {
    passageId: bigint('passage_id', { mode: 'number' })
      .notNull()
      .references(() => passages.id, { onDelete: 'cascade' }),
    documentId: uuid('document_id')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    documentNo: integer('document_no').notNull(),
    model: text('model').notNull(),
    embedding: vector('embedding', { dimensions: 384 }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.model, t.passageId] }),
    index('passage_vectors_document').on(t.documentNo),
    index('passage_vectors_document_id').on(t.documentId),
  ],
)

/** What happened to the searchable passages of a document, in order, for the in-memory index of every replica. */
export const indexChanges = pgTable(
  'index_changes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    documentNo: integer('document_no').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [index('index_changes_at').on(t.at)],
)
