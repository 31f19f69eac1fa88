/**
 * Lays table cells out on a grid. A merged cell's words stand in every place it covers, so that each row and each
 * column can be read by itself; a long text is not repeated downwards more often than once.
 */
export type Cell = {
  text: string
  columns: number
  rows: number
  /** True for the lower part of a vertically merged cell (Word writes those as cells of their own). */
  continues?: boolean
}

const mostColumns = 2_000
/** Above this, repeated words would drown the rest of the table. */
const longText = 300

export function spreadCells(rows: Cell[][]): string[][] {
  const grid: string[][] = []
  const hanging: { text: string; rows: number }[] = []
  rows.forEach((cells, y) => {
    const row: string[] = []
    let x = 0
    const passHanging = () => {
      while (hanging[x] && hanging[x]!.rows > 0 && x < mostColumns) {
        row[x] = hanging[x]!.text
        hanging[x]!.rows--
        x++
      }
    }
    for (const cell of cells) {
      passHanging()
      const columns = Math.min(Math.max(1, cell.columns || 1), mostColumns - x)
      const text = cell.continues ? (grid[y - 1]?.[x] ?? '') : cell.text
      for (let i = 0; i < columns; i++) {
        row[x + i] = i > 0 && text.length > longText ? '' : text
        if (cell.rows > 1)
          hanging[x + i] = { text: text.length > longText ? '' : text, rows: Math.min(cell.rows, 10_000) - 1 }
      }
      x += columns
      if (x >= mostColumns) break
    }
    passHanging()
    grid.push(Array.from({ length: row.length }, (_, i) => row[i] ?? ''))
  })
  return grid
}
