import { z } from 'zod'
import { AccessSummary, PersonRef } from '../access/contract.ts'
import { Format, PageUnit } from '../documents/extraction.ts'

const many = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item).max(50))

export const SearchMode = z.enum(['hybrid', 'lexical', 'semantic'])
export const SearchInput = z.object({
  q: z.string().max(2000),
  mode: SearchMode.default('hybrid'),
  format: many(Format),
  collection: many(z.uuid()),
  owner: many(z.uuid()),
  tag: many(z.string().max(60)),
  language: many(z.string().max(20)),
  after: z.iso.date().optional(),
  before: z.iso.date().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(1000).default(0),
  /** 'passage': several passages of one document may come; 'document': its best only. */
  group: z.enum(['document', 'passage']).default('document'),
})
export type SearchInput = z.infer<typeof SearchInput>

export const Range = z.object({ start: z.int(), end: z.int() })

export const SearchHit = z.object({
  passageId: z.string(),
  document: z.object({
    id: z.uuid(),
    title: z.string(),
    format: Format.nullable(),
    owner: PersonRef,
    collection: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    access: AccessSummary,
    tags: z.array(z.string()),
    language: z.string().nullable(),
    updatedAt: z.iso.datetime(),
  }),
  version: z.int(),
  page: z.int(),
  pageUnit: PageUnit,
  pageLabel: z.string().nullable(),
  /** Headings above the passage, outermost first. */
  headings: z.array(z.string()),
  snippet: z.object({ text: z.string(), marks: z.array(Range) }),
  score: z.number(),
  /** How it was found. */
  by: z.array(z.enum(['words', 'meaning'])),
})
export type SearchHit = z.infer<typeof SearchHit>

export const FacetName = z.enum(['format', 'collection', 'owner', 'tag', 'language', 'year'])
export const Facet = z.object({
  name: FacetName,
  values: z.array(z.object({ value: z.string(), label: z.string(), count: z.int(), selected: z.boolean() })),
})

export const SearchResults = z.object({
  /** What was searched for, as understood. */
  understood: z.object({
    terms: z.array(z.string()),
    phrases: z.array(z.string()),
    excluded: z.array(z.string()),
    mode: SearchMode,
  }),
  /** How much stood open to this search: all that the asker may see, after filters. */
  searched: z.object({ documents: z.int(), passages: z.int() }),
  /** Set when meaning search did not take part, with the reason for people. */
  degraded: z.string().nullable(),
  total: z.int(),
  hits: z.array(SearchHit),
  facets: z.array(Facet),
  /** "Did you mean": the whole query rewritten with words that stand in documents the asker may see. */
  didYouMean: z.string().nullable(),
  /** Ways on when nothing was found. */
  waysOn: z.array(z.enum(['drop-filters', 'drop-quotes', 'fewer-words', 'did-you-mean', 'upload'])),
  milliseconds: z.number(),
})
export type SearchResults = z.infer<typeof SearchResults>

export const SuggestInput = z.object({
  q: z.string().max(200),
  limit: z.coerce.number().int().min(1).max(20).default(8),
})
export const Suggestions = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('document'), id: z.uuid(), title: z.string(), format: Format.nullable() }),
      z.object({ kind: z.literal('collection'), id: z.uuid(), title: z.string() }),
      z.object({ kind: z.literal('term'), text: z.string() }),
    ]),
  ),
})
