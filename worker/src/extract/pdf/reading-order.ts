/**
 * Puts what stands on a page into the order in which a person reads it. Programs draw a page mostly in reading order,
 * so that order is kept unless it plainly jumps back; then the page is cut along its white space (recursive XY-cut,
 * Nagy and Seth 1984), columns before lines.
 */
import type { Block } from '../shapes.ts'
import type { Row } from './rows.ts'
import type { Segment } from './segments.ts'

type Rect = { x: number; y: number; right: number; bottom: number }

/** A gutter between columns, points. */
const narrowestGutter = 8

/** Blocks in reading order. `lines` of the blocks must still be in the frame of the text's direction. */
export function inReadingOrder(blocks: Block[], rightToLeft: boolean): Block[] {
  const placed = blocks.map((block) => ({ item: block, rect: rectOf(block), lines: block.lines?.length ?? 0 }))
  if (!placed.some((each, i) => i > 0 && jumpsBack(placed[i - 1]!.rect, each.rect))) return blocks
  return cut(placed, rightToLeft, 0).map(({ item }) => item)
}

/** Rows in reading order where they were drawn so wildly that no paragraph could be put together of them. */
export function untangled(rows: Row[], rightToLeft: boolean): Row[] {
  const back = rows.filter((row, i) => i > 0 && jumpsBack(rows[i - 1]!, row)).length
  if (back * 4 < rows.length) return rows
  return cut(
    rows.map((row) => ({ item: row, rect: row, lines: 1 })),
    rightToLeft,
    0,
  ).map(({ item }) => item)
}

function rectOf(block: Block): Rect {
  const rect = { x: Infinity, y: Infinity, right: -Infinity, bottom: -Infinity }
  for (const line of block.lines ?? []) {
    rect.x = Math.min(rect.x, line.x)
    rect.y = Math.min(rect.y, line.y)
    rect.right = Math.max(rect.right, line.x + line.width)
    rect.bottom = Math.max(rect.bottom, line.y + line.height)
  }
  return rect
}

/** What follows stands higher, in the same column. */
function jumpsBack(before: Rect, after: Rect): boolean {
  const shared = Math.min(before.right, after.right) - Math.max(before.x, after.x)
  return after.bottom < before.y + 2 && shared > 0.2 * Math.min(before.right - before.x, after.right - after.x)
}

type Placed<T> = { item: T; rect: Rect; lines: number }

function cut<T>(placed: Placed<T>[], rightToLeft: boolean, depth: number): Placed<T>[] {
  if (placed.length < 2 || depth > 60) return placed
  const columns = gap(placed, 'x', 'right')
  if (columns && columns.width >= narrowestGutter && isColumn(columns.before) && isColumn(columns.after)) {
    const [first, second] = rightToLeft ? [columns.after, columns.before] : [columns.before, columns.after]
    return [...cut(first, rightToLeft, depth + 1), ...cut(second, rightToLeft, depth + 1)]
  }
  const lines = gap(placed, 'y', 'bottom')
  if (lines) return [...cut(lines.before, rightToLeft, depth + 1), ...cut(lines.after, rightToLeft, depth + 1)]
  if (columns) return [...cut(columns.before, rightToLeft, depth + 1), ...cut(columns.after, rightToLeft, depth + 1)]
  // What cannot be cut overlaps: from above to below.
  return [...placed].sort((a, b) => a.rect.y - b.rect.y || a.rect.x - b.rect.x)
}

/** At least three lines of text stand in it; less is a label, not a column. */
function isColumn<T>(placed: Placed<T>[]): boolean {
  return placed.reduce((sum, { lines }) => sum + lines, 0) >= 3
}

/** The widest white band across all blocks, if any. */
function gap<T>(
  placed: Placed<T>[],
  from: 'x' | 'y',
  to: 'right' | 'bottom',
): { width: number; before: Placed<T>[]; after: Placed<T>[] } | undefined {
  const sorted = [...placed].sort((a, b) => a.rect[from] - b.rect[from])
  let edge = sorted[0]!.rect[to]
  let best: { width: number; at: number } | undefined
  for (let i = 1; i < sorted.length; i++) {
    const width = sorted[i]!.rect[from] - edge
    // Boxes reach from ascender to descender and may touch the next line's by a hair.
    if (width > -1.5 && (!best || width > best.width)) best = { width, at: i }
    edge = Math.max(edge, sorted[i]!.rect[to])
  }
  if (!best) return undefined
  // The order of drawing is kept inside each part.
  const after = new Set(sorted.slice(best.at))
  return {
    width: best.width,
    before: placed.filter((each) => !after.has(each)),
    after: placed.filter((each) => after.has(each)),
  }
}

/** Rows from which two columns of prose are told: so many that it is no accident. */
const fewestRows = 4

/** Where two columns of prose were drawn line by line across both, the left rows come first and then the right ones. */
export function apartColumns(rows: Row[]): Row[] {
  const parted: Row[] = []
  let i = 0
  while (i < rows.length) {
    let end = i
    while (end < rows.length && rows[end]!.cells.length === 2 && sameGutter(rows, i, end)) end++
    if (end - i >= fewestRows && isProse(rows.slice(i, end))) {
      for (const side of [0, 1] as const) for (const row of rows.slice(i, end)) parted.push(alone(row.cells[side]!))
      i = end
    } else {
      parted.push(...rows.slice(i, Math.max(end, i + 1)))
      i = Math.max(end, i + 1)
    }
  }
  return parted
}

function sameGutter(rows: Row[], start: number, i: number): boolean {
  const [first, second] = [rows[i]!.cells[0]!, rows[i]!.cells[1]!]
  const [top, beside] = [rows[start]!.cells[0]!, rows[start]!.cells[1]!]
  return (
    Math.abs(first.x - top.x) < 20 && Math.abs(second.x - beside.x) < 20 && (i === start || rows[i]!.y > rows[i - 1]!.y)
  )
}

/** Lines of prose hold several words and fill their column; cells of a table rarely do both on both sides. */
function isProse(rows: Row[]): boolean {
  return ([0, 1] as const).every((side) => {
    const cells = rows.map((row) => row.cells[side]!)
    const widest = Math.max(...cells.map((cell) => cell.right - cell.x))
    const full = cells.filter((cell) => cell.text.split(' ').length >= 3 && cell.right - cell.x > widest * 0.6).length
    return full >= (cells.length - 1) * 0.75
  })
}

function alone(cell: Segment): Row {
  return {
    cells: [cell],
    x: cell.x,
    y: cell.y,
    right: cell.right,
    bottom: cell.bottom,
    size: cell.size,
    bold: cell.bold,
  }
}
