/** One sheet of an OpenDocument spreadsheet. Repeated empty rows and columns, often a million, cost nothing. */
import { elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import type { Block } from '../../shapes.ts'
import { sheetBlocks } from '../sheet-regions.ts'
import type { Sheet } from '../sheet-regions.ts'
import { odfWords } from './odf-text.ts'
import { rowElements } from './odf-walker.ts'
import type { OdfWalker } from './odf-walker.ts'

/** How often a filled cell or row is repeated at most. */
const mostRepeats = 1_000

export function odsSheet(element: XmlElement, walker: OdfWalker): Block[] {
  const sheet: Sheet = new Map()
  const put = (row: number, column: number, text: string) => {
    let cells = sheet.get(row)
    if (!cells) sheet.set(row, (cells = new Map()))
    if (!cells.has(column)) cells.set(column, text)
  }
  const drawings: Block[] = []
  let row = 0
  for (const line of rowElements(element)) {
    const times = Math.max(1, Number(line.attributes['table:number-rows-repeated'] ?? 1))
    let column = 0
    for (const cell of elements(line)) {
      if (cell.name !== 'table:table-cell' && cell.name !== 'table:covered-table-cell') continue
      const repeat = Math.max(1, Number(cell.attributes['table:number-columns-repeated'] ?? 1))
      for (const annotation of elements(cell, 'office:annotation')) walker.comment(annotation)
      const text = cell.name === 'table:table-cell' ? cellWords(cell) : ''
      if (text) {
        const across = Math.min(
          mostRepeats,
          Math.max(repeat, Number(cell.attributes['table:number-columns-spanned'] ?? 1)),
        )
        const down = Math.min(mostRepeats, Math.max(times, Number(cell.attributes['table:number-rows-spanned'] ?? 1)))
        for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) put(row + y, column + x, text)
      }
      for (const frame of elements(cell))
        if (frame.name.startsWith('draw:')) drawings.push(...walker.blocksOf({ ...cell, children: [frame] }))
      column += repeat
    }
    row += times
  }
  const shapes = path(element, 'table:shapes')
  return [...sheetBlocks(sheet), ...drawings, ...(shapes ? walker.blocksOf(shapes) : [])]
}

function cellWords(cell: XmlElement): string {
  const shown = elements(cell, 'text:p')
    .map((each) => odfWords(each).text)
    .join(' ')
    .trim()
  if (shown) return shown
  const value =
    cell.attributes['office:string-value'] ??
    cell.attributes['office:date-value'] ??
    cell.attributes['office:value'] ??
    ''
  return value || textOf(path(cell, 'text:h'))
}
