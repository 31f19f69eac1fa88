/** Reads Word documents (DOCX, DOCM, DOTX), transitional and strict. */
import type { Zip } from '../../archive/zip.ts'
import { elements, path } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { mediaTypes } from '../../media-types.ts'
import { block, commentBlock, table } from '../../reading.ts'
import type { Draft, DraftPage, Reading } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { spreadCells } from '../spread-cells.ts'
import type { Cell } from '../spread-cells.ts'
import { writtenNumber } from '../written-number.ts'
import { chartBlocks } from './chart.ts'
import { readNumberings, readStyles } from './docx-styles.ts'
import type { ParagraphStyle } from './docx-styles.ts'
import { paragraphText } from './docx-text.ts'
import { coreProperties, mainPart, readPart, relationsOf } from './package.ts'
import type { Relation } from './package.ts'

const val = (element: XmlElement | undefined): string | undefined => element?.attributes['w:val']

export function readDocx(zip: Zip, reading: Reading): Draft {
  const main = mainPart(zip, 'word/document.xml', 'a Word document')
  const relations = relationsOf(zip, main)
  const partOf = (type: string) => {
    const target = relations.find((relation) => relation.type === type)?.target
    return target ? readPart(zip, target) : undefined
  }
  const walker = new DocxWalker(
    zip,
    relations,
    readStyles(partOf('styles')),
    readNumberings(partOf('numbering')),
    reading,
  )
  const body = path(elements(readPart(zip, main))[0], 'w:body')
  walker.walk(body)
  const notes = [
    ...walker.notesOf(partOf('footnotes'), 'w:footnote'),
    ...walker.notesOf(partOf('endnotes'), 'w:endnote'),
    ...commentsOf(partOf('comments')),
    ...headersAndFooters(zip, relations),
  ]
  const pages = walker.pages
  pages[pages.length - 1]!.blocks.push(...notes)
  const counted = walker.countsPages && pages.length > 1
  const kept: DraftPage[] = counted ? pages : [{ blocks: pages.flatMap((page) => page.blocks) }]
  reading.pages(kept.length)
  return {
    format: 'docx',
    mediaType: mediaTypes.docx,
    pageUnit: counted ? 'page' : 'section',
    ...coreProperties(zip),
    pages: kept,
  }
}

class DocxWalker {
  readonly pages: DraftPage[] = [{ blocks: [] }]
  /** True once Word's own page breaks were met: then the pages are those a reader saw in Word. */
  countsPages = false
  readonly #zip: Zip
  readonly #relations: Relation[]
  readonly #styles: Map<string, ParagraphStyle>
  readonly #numbering: ReturnType<typeof readNumberings>
  readonly #reading: Reading
  readonly #counters = new Map<string, number[]>()

  constructor(
    zip: Zip,
    relations: Relation[],
    styles: Map<string, ParagraphStyle>,
    numbering: ReturnType<typeof readNumberings>,
    reading: Reading,
  ) {
    this.#zip = zip
    this.#relations = relations
    this.#styles = styles
    this.#numbering = numbering
    this.#reading = reading
  }

  walk(parent: XmlElement | undefined): void {
    for (const child of elements(parent)) {
      if (child.name === 'w:p') this.#paragraphOnPage(child)
      else if (child.name === 'w:tbl') this.#tableOnPage(child)
      else if (child.name === 'w:sdt') this.walk(path(child, 'w:sdtContent'))
      else if (child.name === 'mc:AlternateContent') this.walk(path(child, 'mc:Choice') ?? path(child, 'mc:Fallback'))
      else if (child.name !== 'w:sectPr' && child.name !== 'w:del' && child.name !== 'w:moveFrom') this.walk(child)
    }
  }

  notesOf(part: XmlElement | undefined, name: string): Block[] {
    return elements(elements(part)[0], name)
      .filter((note) => !note.attributes['w:type'])
      .flatMap((note) =>
        block(
          'note',
          elements(note, 'w:p')
            .map((paragraph) => paragraphText(paragraph).text)
            .join('\n'),
        ),
      )
  }

  get #page(): DraftPage {
    return this.pages[this.pages.length - 1]!
  }

  #turnPages(count: number): void {
    for (let i = 0; i < count; i++) this.pages.push({ blocks: [] })
  }

  #paragraphOnPage(paragraph: XmlElement): void {
    const words = paragraphText(paragraph)
    if (words.rendered) this.countsPages = true
    this.#turnPages(words.breaksBefore)
    this.#page.blocks.push(...this.#blocksOf(paragraph, words))
    this.#turnPages(words.breaksAfter)
  }

  #blocksOf(paragraph: XmlElement, words: ReturnType<typeof paragraphText>): Block[] {
    return [
      ...this.#paragraphBlock(paragraph, words.text),
      ...words.boxes.flatMap((box) => this.#innerBlocks(box)),
      ...words.charts.flatMap((id) => chartBlocks(this.#zip, this.#relations, id)),
    ]
  }

  #paragraphBlock(paragraph: XmlElement, text: string): Block[] {
    const properties = path(paragraph, 'w:pPr')
    const style = this.#styles.get(val(path(properties, 'w:pStyle')) ?? '') ?? {}
    const outline = val(path(properties, 'w:outlineLvl'))
    const heading = outline && Number(outline) < 9 ? Number(outline) + 1 : style.heading
    const number = path(properties, 'w:numPr')
    const numbering = val(path(number, 'w:numId')) ?? style.numbering
    const level = Number(val(path(number, 'w:ilvl')) ?? style.level ?? 0)
    if (!text.trim()) return []
    const label = numbering && numbering !== '0' ? this.#label(numbering, level) : undefined
    const labelled = label ? `${label} ${text.trimStart()}` : text
    if (heading) return block('heading', labelled, heading)
    if (label !== undefined) return block('list-item', labelled, level + 1)
    if (style.code) return block('code', text)
    return block(style.caption ? 'caption' : 'paragraph', text)
  }

  /** The number Word prints before the paragraph; '' for bullets, undefined where nothing is numbered. */
  #label(numbering: string, level: number): string | undefined {
    const how = this.#numbering(numbering, level)
    if (!how) return undefined
    if (how.format === 'bullet' || how.format === 'none') return ''
    const counters = this.#counters.get(numbering) ?? []
    this.#counters.set(numbering, counters)
    counters[level] = (counters[level] ?? how.start - 1) + 1
    counters.length = level + 1
    return how.text.replace(/%(\d)/g, (_, digit: string) => {
      const at = Number(digit) - 1
      const level = this.#numbering(numbering, at)
      return writtenNumber(counters[at] ?? level?.start ?? 1, level?.format ?? 'decimal')
    })
  }

  #tableOnPage(element: XmlElement): void {
    const [rows, breaks] = this.#rowsOf(element)
    this.#page.blocks.push(...table(rows))
    if (breaks > 0) this.#turnPages(breaks)
  }

  #rowsOf(element: XmlElement): [string[][], number] {
    let breaks = 0
    const rows: Cell[][] = rowElements(element).map((row) => {
      const cells: Cell[] = []
      const skipped = Number(val(path(row, 'w:trPr', 'w:gridBefore')) ?? 0)
      if (skipped > 0) cells.push({ text: '', columns: skipped, rows: 1 })
      for (const cell of cellElements(row)) {
        const properties = path(cell, 'w:tcPr')
        const merge = path(properties, 'w:vMerge')
        const counted = { breaks: 0 }
        cells.push({
          text: this.#cellText(cell, counted),
          columns: Number(val(path(properties, 'w:gridSpan')) ?? 1),
          rows: 1,
          continues: merge !== undefined && val(merge) !== 'restart',
        })
        breaks = Math.max(breaks, counted.breaks)
      }
      return cells
    })
    return [spreadCells(rows), breaks]
  }

  #cellText(cell: XmlElement, counted: { breaks: number }): string {
    const parts: string[] = []
    for (const child of elements(cell)) {
      if (child.name === 'w:p') {
        const words = paragraphText(child)
        counted.breaks += words.rendered ? words.breaksBefore + words.breaksAfter : 0
        parts.push(...this.#blocksOf(child, words).map((each) => each.text))
      } else if (child.name === 'w:tbl') {
        parts.push(
          this.#rowsOf(child)[0]
            .map((row) => row.join(' '))
            .join(' '),
        )
      } else if (child.name === 'w:sdt') {
        parts.push(this.#cellText(path(child, 'w:sdtContent') ?? child, counted))
      }
    }
    return parts.join(' ')
  }

  /** Blocks inside a text box, whose page is that of the paragraph it hangs on. */
  #innerBlocks(box: XmlElement): Block[] {
    const inner = new DocxWalker(this.#zip, this.#relations, this.#styles, this.#numbering, this.#reading)
    inner.walk(box)
    return inner.pages.flatMap((page) => page.blocks)
  }
}

function rowElements(element: XmlElement): XmlElement[] {
  return elements(element).flatMap((child) => {
    if (child.name === 'w:tr') return [child]
    if (child.name === 'w:sdt') return rowElements(path(child, 'w:sdtContent') ?? child)
    return child.name === 'w:ins' || child.name === 'w:customXml' ? rowElements(child) : []
  })
}

function cellElements(row: XmlElement): XmlElement[] {
  return elements(row).flatMap((child) => {
    if (child.name === 'w:tc') return [child]
    return child.name === 'w:sdt' || child.name === 'w:sdtContent' || child.name === 'w:customXml'
      ? cellElements(child)
      : []
  })
}

function commentsOf(part: XmlElement | undefined): Block[] {
  return elements(elements(part)[0], 'w:comment').flatMap((comment) => {
    const words = elements(comment, 'w:p')
      .map((paragraph) => paragraphText(paragraph).text)
      .join('\n')
      .trim()
    return commentBlock(words, comment.attributes['w:author'], comment.attributes['w:date'])
  })
}

function headersAndFooters(zip: Zip, relations: Relation[]): Block[] {
  const seen = new Set<string>()
  return relations
    .filter((relation) => relation.type === 'header' || relation.type === 'footer')
    .flatMap((relation) => {
      const part = elements(readPart(zip, relation.target))[0]
      const words = paragraphsBelow(part)
        .map((paragraph) => {
          const { text, boxes } = paragraphText(paragraph)
          return [text, ...boxes.flatMap((box) => paragraphsBelow(box).map((inner) => paragraphText(inner).text))].join(
            ' ',
          )
        })
        .join('\n')
        .trim()
      if (!words || seen.has(words)) return []
      seen.add(words)
      return block('note', words)
    })
}

function paragraphsBelow(parent: XmlElement | undefined): XmlElement[] {
  return elements(parent).flatMap((child) => (child.name === 'w:p' ? [child] : paragraphsBelow(child)))
}
