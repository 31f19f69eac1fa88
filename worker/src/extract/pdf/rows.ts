/** Gathers the segments of a page into rows: what stands on one line, in the order in which the page draws it. */
import { closeNumbers } from './segments.ts'
import type { Segment } from './segments.ts'

export type Row = {
  cells: Segment[]
  x: number
  y: number
  right: number
  bottom: number
  size: number
  bold: boolean
}

/** Only neighbours in drawing order are joined, so that two columns of prose never mix. */
export function rowsOf(segments: Segment[]): Row[] {
  const rows: Row[] = []
  for (const segment of segments) {
    const row = rows[rows.length - 1]
    if (row && sameLine(row, segment)) {
      row.cells.push(segment)
      row.x = Math.min(row.x, segment.x)
      row.y = Math.min(row.y, segment.y)
      row.right = Math.max(row.right, segment.right)
      row.bottom = Math.max(row.bottom, segment.bottom)
      row.bold = row.bold && segment.bold
    } else {
      rows.push({
        cells: [segment],
        x: segment.x,
        y: segment.y,
        right: segment.right,
        bottom: segment.bottom,
        size: segment.size,
        bold: segment.bold,
      })
    }
  }
  for (const row of rows) joinClose(row)
  return rows
}

function sameLine(row: Row, segment: Segment): boolean {
  const overlap = Math.min(row.bottom, segment.bottom) - Math.max(row.y, segment.y)
  return overlap > Math.min(row.bottom - row.y, segment.bottom - segment.y) * 0.5
}

/** Segments of one row that stand no further apart than a blank are one (a change of font parts them, nothing else). */
function joinClose(row: Row): void {
  if (row.cells.length < 2) return
  const joined: Segment[] = [row.cells[0]!]
  for (const cell of row.cells.slice(1)) {
    const before = joined[joined.length - 1]!
    const gap = cell.x >= before.right ? cell.x - before.right : before.x >= cell.right ? before.x - cell.right : 0
    const numbers = /\d$/.test(before.text) && /^\d/.test(cell.text)
    if (gap < Math.max(before.size, cell.size) * (numbers ? closeNumbers : 1.1)) {
      const tight = gap < Math.min(before.size, cell.size) * 0.12
      joined[joined.length - 1] = {
        ...before,
        text: before.text + (tight ? '' : ' ') + cell.text,
        x: Math.min(before.x, cell.x),
        y: Math.min(before.y, cell.y),
        right: Math.max(before.right, cell.right),
        bottom: Math.max(before.bottom, cell.bottom),
        hyphen: cell.hyphen,
        bold: before.bold && cell.bold,
      }
    } else {
      joined.push(cell)
    }
  }
  row.cells = joined
}
