import type { Readable } from 'node:stream'
import { type Db, type PersonScope, recordAudit, rows, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { Mark, VersionView } from './contract.ts'
import type { Block, Page, PageUnit } from './extraction.ts'
import { requireDocument, requireVersion } from './queries.ts'
import type { Span } from './tables.ts'

const pagesAtOnce = 50

type PageRow = {
  number: number
  label: string | null
  part: string | null
  part_page: number | null
  width: number | null
  height: number | null
  ocr: boolean
  blocks: Block[]
}

/** The text of a version, at most fifty pages at a time. */
export async function readPages(
  scope: PersonScope,
  id: string,
  number: number,
  range: { from: number; to?: number | undefined },
): Promise<{ unit: PageUnit; total: number; pages: Page[] }> {
  return scope.read(async (tx) => {
    await requireDocument(tx, scope, id, 'read')
    const version = await requireVersion(tx, id, number)
    const to = Math.min(range.to ?? range.from + pagesAtOnce - 1, range.from + pagesAtOnce - 1)
    const found = await rows<PageRow>(
      tx,
      sql`select number, label, part, part_page, width, height, ocr, blocks from pages
      where version_id = ${version.id} and number between ${range.from} and ${to} order by number`,
    )
    return { unit: version.pageUnit, total: version.pages ?? 0, pages: found.map(toPage) }
  })
}

const toPage = (row: PageRow): Page => ({
  number: row.number,
  ...(row.label === null ? {} : { label: row.label }),
  ...(row.part === null ? {} : { part: row.part }),
  ...(row.part_page === null ? {} : { partPage: row.part_page }),
  ...(row.width === null ? {} : { width: row.width }),
  ...(row.height === null ? {} : { height: row.height }),
  ...(row.ocr ? { ocr: true } : {}),
  blocks: row.blocks,
})

/** The original bytes. Rights are asked, and the reading is noted, before the first byte leaves. */
export async function openFile(
  scope: PersonScope,
  db: Db,
  id: string,
  number: number,
): Promise<{ version: VersionView; read: (range?: { start: number; end: number }) => Promise<Readable> }> {
  const version = await scope.read(async (tx) => {
    await requireDocument(tx, scope, id, 'read')
    return requireVersion(tx, id, number)
  })
  await recordAudit(db, scope, 'document.open-file', 'done', {
    object: { type: 'document', id },
    details: { version: number },
  })
  return { version, read: (range) => scope.platform.store.get(version.sha256, range) }
}

/** Where a passage stands in its version, block by block, with boxes where the page has a fixed layout. */
export async function passageMarks(
  scope: PersonScope,
  id: string,
  passageId: number,
): Promise<{ version: number; page: number; marks: Mark[]; text: string }> {
  return scope.read(async (tx) => {
    await requireDocument(tx, scope, id, 'read')
    type Row = { version_id: string; number: number; page: number; spans: Span[]; text: string }
    const [passage] = await rows<Row>(
      tx,
      sql`select s.version_id, v.number, s.page, s.spans, s.text from passages s join versions v on v.id = s.version_id
      where s.id = ${passageId} and s.document_id = ${id}`,
    )
    if (!passage)
      throw new AppError('not_found', {
        detail: 'This place does not exist any more: the document was read anew. Search again to find it.',
      })
    const numbers = [...new Set(passage.spans.map((span) => span.page))]
    const pages = await rows<{ number: number; blocks: Block[] }>(
      tx,
      sql`select number, blocks from pages
      where version_id = ${passage.version_id} and number in (${sql.join(
        numbers.map((page) => sql`${page}`),
        sql`, `,
      )})`,
    )
    const blocksOf = new Map(pages.map((page) => [page.number, page.blocks]))
    return {
      version: passage.number,
      page: passage.page,
      text: passage.text,
      marks: passage.spans.map((span) => ({ ...span, boxes: boxesOf(blocksOf.get(span.page)?.[span.block], span) })),
    }
  })
}

/** Boxes of the printed lines that carry the span; a line carried in part is narrowed by its share of characters. */
export function boxesOf(block: Block | undefined, span: { start: number; end: number }): Mark['boxes'] {
  return (block?.lines ?? [])
    .filter((line) => line.start < span.end && line.end > span.start)
    .map((line) => {
      const length = Math.max(1, line.end - line.start)
      const from = Math.max(0, span.start - line.start) / length
      const to = Math.min(length, span.end - line.start) / length
      return { x: line.x + line.width * from, y: line.y, width: line.width * (to - from), height: line.height }
    })
}
