/** Recognises tables among the rows of a page by cells that stand under each other. */
import type { Block, Line } from '../shapes.ts'
import type { Row } from './rows.ts'
import type { Segment } from './segments.ts'

/**
 * How many rows from `at` on form a table; 0 where there is none. A table has at least two rows of two cells whose
 * columns agree. A row of a single cell may stand between: it is the rest of a cell that runs over several lines.
 */
export function tableLength(rows: Row[], at: number): number {
  if (rows[at]!.cells.length < 2) return 0
  let length = 1
  let full = 1
  for (let i = at + 1; i < rows.length; i++) {
    const row = rows[i]!
    const before = rows[i - 1]!
    const gap = row.y - before.bottom
    if (row.y < before.y - before.size || gap > before.size * 2.5) break
    if (row.cells.length >= 2) {
      if (!agrees(rows, at, i)) break
      full++
      length = i - at + 1
    } else if (!isRest(rows, at, i)) {
      break
    }
  }
  return full >= 2 ? length : 0
}

/** At least two cells stand under cells of an earlier row of the table. */
function agrees(rows: Row[], from: number, i: number): boolean {
  for (let earlier = i - 1; earlier >= Math.max(from, i - 4); earlier--) {
    const above = rows[earlier]!.cells
    if (above.length < 2) continue
    const under = rows[i]!.cells.filter((cell) => above.some((each) => overlaps(each, cell))).length
    if (under >= 2) return true
  }
  return false
}

function isRest(rows: Row[], from: number, i: number): boolean {
  const only = rows[i]!.cells[0]!
  const before = rows[i - 1]!
  if (only.y - before.bottom > only.size * 0.6) return false
  for (let earlier = i - 1; earlier >= Math.max(from, i - 6); earlier--) {
    const above = rows[earlier]!.cells
    if (above.length < 2) continue
    const index = above.findIndex((each) => overlaps(each, only))
    const next = above[index + 1]
    // It stays inside its column: a line that runs across several columns is prose after the table.
    return index >= 0 && (next === undefined || next.x < above[index]!.x || only.right < next.x + 2)
  }
  return false
}

function overlaps(a: Segment, b: Segment): boolean {
  return Math.min(a.right, b.right) > Math.max(a.x, b.x) || Math.abs(a.x - b.x) < 3
}

/** Cells by tab, rows by line feed, with the place of each cell; the first column is the right one on pages read from right to left. */
export function tableBlock(rows: Row[], rightToLeft: boolean): Block {
  const columns = columnsOf(rows)
  if (rightToLeft) columns.reverse()
  const lines: Line[] = []
  let text = ''
  for (const row of joinRests(rows)) {
    if (text) text += '\n'
    const cells = new Map<number, Segment[]>()
    for (const cell of [...row].sort((a, b) => (a.y - b.y > 2 ? 1 : b.y - a.y > 2 ? -1 : 0))) {
      const column = nearest(columns, cell)
      cells.set(column, [...(cells.get(column) ?? []), cell])
    }
    for (let column = 0; column < columns.length; column++) {
      if (column > 0) text += '\t'
      for (const [i, cell] of (cells.get(column) ?? []).entries()) {
        if (i > 0) text += ' '
        const words = cell.text.replace(/\s+/g, ' ')
        lines.push({
          start: text.length,
          end: text.length + words.length,
          x: cell.x,
          y: cell.y,
          width: cell.right - cell.x,
          height: cell.bottom - cell.y,
        })
        text += words
      }
    }
  }
  return { kind: 'table', text, lines }
}

/** A row of one cell that continues the cell above goes into that cell's row. */
function joinRests(rows: Row[]): Segment[][] {
  const joined: Segment[][] = []
  let full: Segment[] | undefined
  for (const row of rows) {
    const only = row.cells.length === 1 ? row.cells[0]! : undefined
    if (only && full && !(only.x <= full[0]!.x + 3 && only.y - full[0]!.bottom > only.size * 0.25)) {
      joined[joined.length - 1]!.push(only)
    } else {
      joined.push([...row.cells])
      if (row.cells.length > 1) full = row.cells
    }
  }
  return joined
}

type Column = { x: number; right: number }

/** Columns are the gaps' counterparts: spans of x that cells share. Cells that bridge several columns do not join them. */
function columnsOf(rows: Row[]): Column[] {
  const spans = rows.flatMap((row) => row.cells.filter((cell) => !bridges(cell, rows))).sort((a, b) => a.x - b.x)
  const columns: Column[] = []
  for (const { x, right } of spans) {
    const column = columns[columns.length - 1]
    if (column && x < column.right - 1) column.right = Math.max(column.right, right)
    else columns.push({ x, right })
  }
  return columns
}

/** True for a cell that stands over two or more cells of another row: a heading of several columns. */
function bridges(cell: Segment, rows: Row[]): boolean {
  return rows.some(
    (row) =>
      row.cells.filter((each) => each !== cell && Math.min(each.right, cell.right) - Math.max(each.x, cell.x) > 1)
        .length >= 2,
  )
}

function nearest(columns: Column[], cell: Segment): number {
  let best = 0
  let distance = Infinity
  columns.forEach((column, i) => {
    const overlap = Math.min(column.right, cell.right) - Math.max(column.x, cell.x)
    const away = overlap > 0 ? Math.abs(column.x - cell.x) * 0.01 : -overlap
    if (away < distance) [best, distance] = [i, away]
  })
  return best
}
