export type Cell = { text: string; start: number }

/** The rows of a table block: cells are joined by a tab, rows by a line feed. `start` counts characters of the block. */
export function tableRows(text: string): Cell[][] {
  const rows: Cell[][] = []
  let at = 0
  for (const line of text.split('\n')) {
    const row: Cell[] = []
    let start = at
    for (const cell of line.split('\t')) {
      row.push({ text: cell, start })
      start += cell.length + 1
    }
    rows.push(row)
    at += line.length + 1
  }
  return rows
}

/** The part of marks that falls on [start, start + length), moved to count from there. */
export function marksWithin(
  marks: readonly { start: number; end: number }[],
  start: number,
  length: number,
): { start: number; end: number }[] {
  return marks
    .map((mark) => ({ start: Math.max(0, mark.start - start), end: Math.min(length, mark.end - start) }))
    .filter((mark) => mark.end > mark.start)
}
