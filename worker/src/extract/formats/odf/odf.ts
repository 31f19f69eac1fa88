/** Reads OpenDocument text, presentations and spreadsheets, packed or flat. */
import type { Zip } from '../../archive/zip.ts'
import { descendants, elements, parseXml, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { mediaTypes, pageUnits } from '../../media-types.ts'
import { block, damaged } from '../../reading.ts'
import type { Draft, DraftPage, Reading } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { chartTitles } from './odf-chart.ts'
import { OdfWalker } from './odf-walker.ts'
import { odsSheet } from './ods.ts'

export type OdfFormat = 'odt' | 'odp' | 'ods'

export function readOdf(format: OdfFormat, source: Zip | string, reading: Reading): Draft {
  const part = (name: string): XmlElement | undefined => {
    if (typeof source === 'string') return flat
    const bytes = source.read(name)
    return bytes && parseXml(bytes)
  }
  const flat = typeof source === 'string' ? parseXml(source) : undefined
  const content = elements(part('content.xml'))[0]
  const body = elements(path(content, 'office:body'))[0]
  if (!content || !body) throw damaged('an OpenDocument file')
  const styles = elements(part('styles.xml'))[0]
  const embedded = (href: string): Block[] => {
    if (typeof source === 'string') return []
    const bytes = source.read(`${href.replace(/^\.\//, '').replace(/\/$/, '')}/content.xml`)
    return bytes ? chartTitles(parseXml(bytes)) : []
  }
  const walker = () => new OdfWalker([content, ...(styles ? [styles] : [])], embedded)
  const pages =
    format === 'odt'
      ? textPages(body, walker(), styles)
      : format === 'odp'
        ? slides(body, walker)
        : sheets(body, walker)
  reading.pages(pages.length)
  const meta = path(elements(part('meta.xml'))[0], 'office:meta')
  const title = textOf(path(meta, 'dc:title')).trim()
  const author = (textOf(path(meta, 'meta:initial-creator')) || textOf(path(meta, 'dc:creator'))).trim()
  return {
    format,
    mediaType: mediaTypes[format],
    pageUnit: pageUnits[format],
    ...(title && { title }),
    ...(author && { author }),
    pages,
  }
}

function textPages(body: XmlElement, walker: OdfWalker, styles: XmlElement | undefined): DraftPage[] {
  const blocks = walker.blocksOf(body)
  const edges = descendants(styles, 'style:master-page').flatMap((page) =>
    elements(page)
      .filter((each) => /^style:(header|footer)/.test(each.name))
      .map((each) => descendants(each, 'text:p').map(textOf).join('\n').trim()),
  )
  const outer = [...new Set(edges)].flatMap((words) => block('note', words))
  return [{ blocks: [...blocks, ...walker.takeNotes(), ...outer] }]
}

function slides(body: XmlElement, walkerOf: () => OdfWalker): DraftPage[] {
  return elements(body, 'draw:page').map((page) => {
    const walker = walkerOf()
    const notes = path(page, 'presentation:notes')
    const blocks = walker.blocksOf({ ...page, children: page.children.filter((child) => child !== notes) })
    const spoken = notes ? walker.blocksOf(notes).map((each): Block => ({ kind: 'note', text: each.text })) : []
    const name = page.attributes['draw:name'] ?? ''
    // "page3" is what the program wrote for lack of a name.
    const label = /^(page|Folie|Seite|Slide|dia)\s?\d+$/i.test(name) ? undefined : name
    return { ...(label && { label }), blocks: [...blocks, ...spoken, ...walker.takeNotes()] }
  })
}

function sheets(body: XmlElement, walkerOf: () => OdfWalker): DraftPage[] {
  return elements(body, 'table:table').map((sheet) => {
    const walker = walkerOf()
    const name = sheet.attributes['table:name'] ?? ''
    return {
      ...(name && { label: name }),
      blocks: [...block('heading', name, 2), ...odsSheet(sheet, walker), ...walker.takeNotes()],
    }
  })
}
