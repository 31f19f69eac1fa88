/** The marks of the passage a document is opened at: fetched, narrowed to some words of it where asked, with their boxes. */
import { marks as fetchMarks, pages as fetchPages } from '#lib/api/documents.ts'
import type { Mark, Marks } from '#lib/api/types.ts'
import { boxesOf } from './boxes.ts'
import { narrow } from './narrow-marks.ts'

export type Place = { version: number; page: number; marks: Mark[] }

/** A part of a passage: its words, or its characters [start, end) of the passage's text. */
export type PartOfPassage = string | { start: number; end: number }

/** `only`: where it cannot be found as it stands, the whole passage stays marked. */
export async function placeOfPassage(
  documentId: string,
  passageId: string,
  only: PartOfPassage | null,
  signal: AbortSignal,
): Promise<Place> {
  const found: Marks = await fetchMarks(documentId, passageId, signal)
  const words = typeof only === 'object' && only ? found.text.slice(only.start, only.end) : only
  if (!words) return found
  const numbers = found.marks.map((mark) => mark.page)
  if (numbers.length === 0) return found
  const { pages } = await fetchPages(documentId, found.version, Math.min(...numbers), Math.max(...numbers), signal)
  const marks = narrow(found.marks, pages, words).map((mark) => {
    const block = pages.find((page) => page.number === mark.page)?.blocks[mark.block]
    return block ? { ...mark, boxes: boxesOf(block, mark.start, mark.end) } : mark
  })
  return { ...found, marks }
}
