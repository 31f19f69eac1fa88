/** Makes blocks of the segments of a PDF page: paragraphs, headings by size of type, lists, tables. */
import type { Block, Line } from '../shapes.ts'
import { shownFrame } from './frames.ts'
import { apartColumns, inReadingOrder, untangled } from './reading-order.ts'
import { rowsOf } from './rows.ts'
import type { Row } from './rows.ts'
import type { PageText, Segment } from './segments.ts'
import { tableBlock, tableLength } from './tables.ts'

/** Sizes of type in a document: that of its prose, and the larger ones of its headings, largest first. */
export type HeadingSizes = { body: number; larger: number[] }

const bullet = /^[•‣▪▫●○◦■□–—*·➢➤✓✔\uf0b7\uf0a7]\s*|^-\s+/
const numbered = /^(\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[ivx]{1,5}[.)])\s+\S/

export function headingSizes(pages: PageText[]): HeadingSizes {
  const characters = new Map<number, number>()
  for (const page of pages) {
    for (const segment of page.segments) {
      const size = rounded(segment.size)
      characters.set(size, (characters.get(size) ?? 0) + segment.text.length)
    }
  }
  const body = [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10
  const larger = [...characters.keys()].filter((size) => size >= body * 1.12 + 0.3).sort((a, b) => b - a)
  return { body, larger: larger.slice(0, 6) }
}

const rounded = (size: number): number => Math.round(size * 2) / 2

export function pageBlocks(page: PageText, sizes: HeadingSizes): Block[] {
  const upright = page.segments.filter((segment) => segment.turn === 0)
  // Text along the edge reads after the page; a page that is wholly turned reads as it is drawn.
  const main = upright.length * 2 >= page.segments.length ? upright : page.segments
  const edge = main === upright ? page.segments.filter((segment) => segment.turn !== 0) : []
  return [...framedBlocks(main, sizes, page), ...framedBlocks(edge, sizes, page)]
}

/** Blocks of segments that share a direction, in reading order, with boxes on the shown page. */
function framedBlocks(segments: Segment[], sizes: HeadingSizes, page: PageText): Block[] {
  const turns = Map.groupBy(segments, (segment) => segment.turn)
  return [...turns].flatMap(([turn, same]) => {
    const letters = same.map((segment) => segment.text).join('')
    const rightToLeft = (letters.match(/[\u0590-\u08ff\ufb1d-\ufefc]/g)?.length ?? 0) > letters.length * 0.4
    return inReadingOrder(
      rowBlocks(apartColumns(untangled(rowsOf(same), rightToLeft)), sizes, rightToLeft),
      rightToLeft,
    ).map((block) => shown(block, turn, page))
  })
}

function rowBlocks(rows: Row[], sizes: HeadingSizes, rightToLeft: boolean): Block[] {
  const blocks: Block[] = []
  let i = 0
  while (i < rows.length) {
    const table = tableLength(rows, i)
    let end = i + Math.max(table, 1)
    if (table === 0) while (end < rows.length && belongs(rows, i, end) && tableLength(rows, end) === 0) end++
    blocks.push(...(table > 0 ? [tableBlock(rows.slice(i, end), rightToLeft)] : proseBlock(rows.slice(i, end), sizes)))
    i = end
  }
  return blocks
}

/** Boxes as they lie on the shown page, to a hundredth of a point. */
function shown(block: Block, turn: number, page: PageText): Block {
  const place = shownFrame(turn, page.width, page.height)
  const round = (value: number) => Math.round(value * 100) / 100
  const lines = (block.lines ?? []).map(({ start, end, x, y, width, height }) => {
    const { left, top, right, bottom } = place({ left: x, top: y, right: x + width, bottom: y + height })
    return { start, end, x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) }
  })
  return { ...block, lines }
}

/** True where row `end` goes on with the paragraph that began at row `start`. */
function belongs(rows: Row[], start: number, end: number): boolean {
  const before = rows[end - 1]!
  const row = rows[end]!
  const text = row.cells[0]!.text
  if (
    bullet.test(text) ||
    (numbered.test(text) && Math.abs(row.x - rows[start]!.x) < 3 && numbered.test(rows[start]!.cells[0]!.text))
  )
    return false
  if (
    Math.abs(row.size - before.size) > before.size * 0.12 ||
    (row.bold !== before.bold && (row.bold || (rows[start]!.bold && end - start <= 2)))
  )
    return false
  if (row.cells.length > 1 || before.cells.length > 1) return false
  const gap = row.y - before.bottom
  if (gap > before.size * 0.5 || row.y < before.y - before.size * 0.5) return false
  if (row.x > before.right || row.right < before.x) return false
  // An indented line begins a new paragraph, unless the paragraph's own first line was the one set apart.
  const indented = row.x - before.x > before.size * 0.9 && end - start > 1
  const short = before.right < Math.max(...rows.slice(start, end).map((each) => each.right)) - before.size * 4
  return !(indented || (short && end - start > 1 && /[.!?:؟。]$/.test(before.cells[0]!.text)))
}

function proseBlock(rows: Row[], sizes: HeadingSizes): Block[] {
  const lines: Line[] = []
  let text = ''
  let hyphen = false
  for (const cell of rows.flatMap((row) => row.cells)) {
    const words = cell.text.replace(/\s+/g, ' ').trim()
    if (!words) continue
    if (text && !hyphen) text += ' '
    lines.push({ start: text.length, end: text.length + words.length, ...boxOf(cell) })
    text += words
    hyphen = cell.hyphen
  }
  if (!text) return []
  const level = headingLevel(rows, text, sizes)
  if (level) return [{ kind: 'heading', level, text, lines }]
  const mark = bullet.exec(text)
  if (!mark)
    return [
      { kind: numbered.test(text) ? 'list-item' : 'paragraph', ...(numbered.test(text) && { level: 1 }), text, lines },
    ]
  const cut = mark[0].length
  return text.length > cut
    ? [
        {
          kind: 'list-item',
          level: 1,
          text: text.slice(cut),
          lines: lines
            .map((line) => ({ ...line, start: Math.max(0, line.start - cut), end: Math.max(0, line.end - cut) }))
            .filter((line) => line.end > line.start),
        },
      ]
    : []
}

function headingLevel(rows: Row[], text: string, sizes: HeadingSizes): number | undefined {
  if (text.length > 200 || rows.length > 4 || !/\p{L}/u.test(text) || bullet.test(text)) return undefined
  const size = rounded(rows[0]!.size)
  const place = sizes.larger.indexOf(size)
  if (place >= 0) return place + 1
  const bold =
    rows.every((row) => row.bold) &&
    rows.length <= 2 &&
    text.length <= 120 &&
    !/[.,;]$/.test(text) &&
    size >= sizes.body * 0.95
  return bold ? Math.min(6, sizes.larger.length + 1) : undefined
}

function boxOf(segment: Segment): Omit<Line, 'start' | 'end'> {
  return { x: segment.x, y: segment.y, width: segment.right - segment.x, height: segment.bottom - segment.y }
}
