/** The words and numbers of charts and diagrams: title, then the data as a table, categories down and series across. */
import type { Zip } from '../../archive/zip.ts'
import { descendants, elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { block, table } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { readPart } from './package.ts'
import type { Relation } from './package.ts'

export function chartBlocks(zip: Zip, relations: Relation[], id: string): Block[] {
  const target = relations.find((relation) => relation.id === id && !relation.external)?.target
  const root = target ? elements(readPart(zip, target))[0] : undefined
  if (!root) return []
  if (root.name === 'dgm:dataModel') return diagramBlocks(root)
  return root.name.startsWith('c:') || root.name.startsWith('cx:') ? chartOf(root) : []
}

/** SmartArt: the words of its points in the order they were written. */
function diagramBlocks(model: XmlElement): Block[] {
  return descendants(model, 'dgm:t').flatMap((words) => block('list-item', paragraphs(words).join('\n'), 1))
}

function paragraphs(parent: XmlElement | undefined): string[] {
  return descendants(parent, 'a:p').map((paragraph) => descendants(paragraph, 'a:t').map(textOf).join(''))
}

function chartOf(root: XmlElement): Block[] {
  const titles = descendants(root, 'c:title').map(
    (title) => paragraphs(title).join(' ') || descendants(title, 'c:v').map(textOf).join(' '),
  )
  const series = descendants(root, 'c:ser')
  const columns = series.map((each) => ({
    name: points(path(each, 'c:tx'))[0] ?? '',
    categories: points(path(each, 'c:cat') ?? path(each, 'c:xVal')),
    values: points(path(each, 'c:val') ?? path(each, 'c:yVal')),
  }))
  const categories = columns.reduce<string[]>(
    (longest, { categories }) => (categories.length > longest.length ? categories : longest),
    [],
  )
  const height = Math.min(10_000, Math.max(categories.length, ...columns.map((column) => column.values.length)))
  const rows = [['', ...columns.map((column) => column.name)]]
  for (let i = 0; i < height; i++) rows.push([categories[i] ?? '', ...columns.map((column) => column.values[i] ?? '')])
  const chartTitle = titles[0] ?? (columns.length === 1 ? columns[0]!.name : '')
  return [
    ...block('caption', chartTitle),
    ...block('caption', kindOf(root)),
    ...titles.slice(1).flatMap((title) => block('caption', title)),
    ...(columns.length > 0 ? table(rows) : []),
  ]
}

const kinds: Record<string, string> = {
  'c:barChart': 'Bar chart',
  'c:bar3DChart': 'Bar chart',
  'c:lineChart': 'Line chart',
  'c:line3DChart': 'Line chart',
  'c:pieChart': 'Pie chart',
  'c:pie3DChart': 'Pie chart',
  'c:doughnutChart': 'Doughnut chart',
  'c:areaChart': 'Area chart',
  'c:scatterChart': 'Scatter chart',
  'c:bubbleChart': 'Bubble chart',
  'c:radarChart': 'Radar chart',
}

function kindOf(root: XmlElement): string {
  return (
    elements(path(root, 'c:chart', 'c:plotArea'))
      .map((each) => kinds[each.name])
      .find(Boolean) ?? ''
  )
}

/** Binary fractions as people write them: 4.0000000000000004 is 4. */
function tidyNumber(text: string): string {
  return /^-?\d*\.\d{10,}$/.test(text) ? String(Number(Number(text).toPrecision(15))) : text
}

/** Cached points of a reference, each at its index. */
function points(holder: XmlElement | undefined): string[] {
  const found: string[] = []
  for (const point of descendants(holder, 'c:pt')) {
    const index = Number(point.attributes.idx ?? found.length)
    if (index >= 0 && index < 100_000) found[index] = tidyNumber(textOf(path(point, 'c:v')))
  }
  if (found.length === 0 && holder) {
    const only = textOf(path(holder, 'c:v'))
    if (only) found.push(only)
  }
  return Array.from(found, (value) => value ?? '')
}
