/**
 * What extraction hands over: a document as pages of blocks, the one shape between parsers, chunking, preview and marks.
 * Parsers (worker) write it, `chunk` reads it, the preview draws it.
 */
import { z } from 'zod'

/** One printed line of a block: characters [start, end) of `block.text` stand in this box. Points (1/72 inch), origin top left. */
export const Line = z.object({
  start: z.int().min(0),
  end: z.int().min(0),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
})

export const BlockKind = z.enum(['heading', 'paragraph', 'list-item', 'table', 'code', 'note', 'caption'])

export const Block = z.object({
  kind: BlockKind,
  /** The words in reading order. For a table: cells joined by a tab, rows by a line feed, and nothing else. */
  text: z.string(),
  /** Heading depth, 1 to 6; list depth from 1. */
  level: z.int().min(1).max(9).optional(),
  /** Where the text stands on the page; absent for formats without fixed layout. */
  lines: z.array(Line).optional(),
})

/** A page, slide, sheet, chapter or mail part. */
export const Page = z.object({
  /** Counts from 1 through the whole document. */
  number: z.int().min(1),
  /** What people call it, where a number is not its name: a sheet's name, a chapter's title. */
  label: z.string().optional(),
  /** The file inside a container this page comes from: an attachment's name, a path inside a ZIP. */
  part: z.string().optional(),
  /** Number of the page inside `part`. */
  partPage: z.int().min(1).optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  /** True where the words were read from a picture. */
  ocr: z.boolean().optional(),
  blocks: z.array(Block),
})

export const Format = z.enum([
  'pdf',
  'docx',
  'pptx',
  'xlsx',
  'odt',
  'odp',
  'ods',
  'rtf',
  'html',
  'markdown',
  'text',
  'csv',
  'vtt',
  'eml',
  'msg',
  'epub',
  'png',
  'jpeg',
  'tiff',
  'zip',
  'doc',
  'xls',
  'ppt',
])

/** What one page is called in this format. */
export const PageUnit = z.enum(['page', 'slide', 'sheet', 'section'])

export const Extraction = z.object({
  format: Format,
  mediaType: z.string(),
  pageUnit: PageUnit,
  title: z.string().optional(),
  author: z.string().optional(),
  pages: z.array(Page),
  /** Said to the owner beside the document: "Attachment x.exe was left out: not a document". */
  warnings: z.array(z.string()),
})

/** Why a file could not be read. The worker stores the code and the sentence; the page shows both. */
export const ExtractionErrorCode = z.enum([
  'encrypted', // needs a password
  'empty', // 0 bytes
  'unsupported', // a kind of file the product does not read
  'damaged', // its kind is known, but it cannot be parsed
  'too_many_pages',
  'too_large_unpacked',
  'too_deeply_nested',
  'too_slow',
  'too_much_memory',
  'crashed', // the parser process ended by itself
  'cancelled',
  'infected', // the virus scanner found something
  'not_scanned', // the virus scanner did not answer, and nothing is read that it has not seen
])

export type Line = z.infer<typeof Line>
export type Block = z.infer<typeof Block>
export type Page = z.infer<typeof Page>
export type Format = z.infer<typeof Format>
export type PageUnit = z.infer<typeof PageUnit>
export type Extraction = z.infer<typeof Extraction>
export type ExtractionErrorCode = z.infer<typeof ExtractionErrorCode>

export class ExtractionError extends Error {
  readonly code: ExtractionErrorCode
  constructor(code: ExtractionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ExtractionError'
    this.code = code
  }
}

/** Bounds of one extraction. */
export type ExtractionLimits = {
  pages: number
  /** Bytes all members of an archive may have together once unpacked. */
  unpackedBytes: number
  /** Archives inside archives. */
  nesting: number
  /** Resident memory of the parser process, bytes. */
  memoryBytes: number
  /** Milliseconds without any progress, and for the whole file. */
  idleMs: number
  totalMs: number
}

/** done of total, in pages or members. */
export type ExtractionProgress = { done: number; total: number }
