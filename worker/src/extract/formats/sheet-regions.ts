/**
 * Finds the tables on a sheet: cells are parted at empty rows, and at empty columns where two real tables stand side by
 * side. Rows stay rows: a mere spacer column does not part them.
 */
import { block, table } from '../reading.ts'
import type { Block } from '../shapes.ts'

/** Row number to column number to words; only cells with words. */
export type Sheet = Map<number, Map<number, string>>

export function sheetBlocks(sheet: Sheet): Block[] {
  const rows = [...sheet].filter(([, cells]) => cells.size > 0).sort(([a], [b]) => a - b)
  return part(rows.map(([row, cells]) => ({ row, cells: [...cells].sort(([a], [b]) => a - b) }))).flatMap(regionBlocks)
}

type Row = { row: number; cells: [column: number, text: string][] }

function part(rows: Row[]): Row[][] {
  const bands: Row[][] = []
  for (const row of rows) {
    const band = bands[bands.length - 1]
    if (band && row.row - band[band.length - 1]!.row <= 1) band.push(row)
    else bands.push([row])
  }
  return bands.flatMap((band) => {
    const sides = partColumns(band)
    // A side may have empty rows of its own, once its neighbour is gone.
    return sides.length === 1 ? sides : sides.flatMap(part)
  })
}

function partColumns(band: Row[]): Row[][] {
  const used = new Set<number>()
  for (const { cells } of band) for (const [column] of cells) used.add(column)
  const columns = [...used].sort((a, b) => a - b)
  const groups: number[][] = []
  for (const column of columns) {
    const group = groups[groups.length - 1]
    if (group && column - group[group.length - 1]! <= 1) group.push(column)
    else groups.push([column])
  }
  if (groups.length < 2) return [band]
  const sides = groups.map((group) => {
    const [first, last] = [group[0]!, group[group.length - 1]!]
    return band
      .map(({ row, cells }) => ({ row, cells: cells.filter(([column]) => column >= first && column <= last) }))
      .filter(({ cells }) => cells.length > 0)
  })
  const real = sides.every((side, i) => side.length >= 2 && groups[i]!.length >= 2)
  return real ? sides : [band]
}

function regionBlocks(rows: Row[]): Block[] {
  const only = rows.length === 1 && rows[0]!.cells.length === 1 ? rows[0]!.cells[0]![1] : undefined
  if (only !== undefined) return block('paragraph', only)
  const used = new Set<number>()
  for (const { cells } of rows) for (const [column] of cells) used.add(column)
  const place = new Map([...used].sort((a, b) => a - b).map((column, i) => [column, i]))
  return table(
    rows.map(({ cells }) => {
      const line = new Array<string>(place.size).fill('')
      for (const [column, text] of cells) line[place.get(column)!] = text
      return line
    }),
  )
}
