/** The marks of the passage a document is opened at: fetched, narrowed to some words of it where asked, with their boxes. */
import { marks as fetchMarks, pages as fetchPages } from '#lib/api/documents.ts'
import type { Mark, Marks } from '#lib/api/types.ts'
import { boxesOf } from './boxes.ts'
import { narrow } from './narrow-marks.ts'

export type Place = { version: number; page: number; marks: Mark[] }

/** `only`: words of the passage; where they cannot be found as they stand, the whole passage stays marked. */
export async function placeOfPassage(documentId: string, passageId: string, only: string | null, signal: AbortSignal): Promise<Place> {
  const found: Marks = await fetchMarks(documentId, passageId, signal)
  if (!only) return found
  const numbers = found.marks.map((mark) => mark.page)
  if (numbers.length === 0) return found
  const { pages } = await fetchPages(documentId, found.version, Math.min(...numbers), Math.max(...numbers), signal)
  const marks = narrow(found.marks, pages, only).map((mark) => {
    const block = pages.find((page) => page.number === mark.page)?.blocks[mark.block]
    return block ? { ...mark, boxes: boxesOf(block, mark.start, mark.end) } : mark
  })
  return { ...found, marks }
}
