/** Titles and data of a chart embedded in an ODF document. */
import { descendants, elements, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { block, table } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { rowElements } from './odf-walker.ts'

export function chartTitles(root: XmlElement): Block[] {
  const titles = ['chart:title', 'chart:subtitle']
    .flatMap((name) => descendants(root, name))
    .flatMap((title) => block('caption', textOf(title)))
  const data = descendants(root, 'table:table').flatMap((each) =>
    table(rowElements(each).map((row) => elements(row, 'table:table-cell').map(textOf))),
  )
  return [...titles, ...data]
}
