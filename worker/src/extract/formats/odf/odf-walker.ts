/** Walks through the body of an ODF document and gathers blocks in reading order. */
import { descendants, elements, path } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { block, table } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { writtenNumber } from '../written-number.ts'
import { spreadCells } from '../spread-cells.ts'
import { commentOf, odfWords } from './odf-text.ts'

export class OdfWalker {
  readonly #parents = new Map<string, string>()
  readonly #outline = new Map<string, number>()
  readonly #embedded: (href: string) => Block[]
  /** List style to level to how it counts; levels with bullets are absent. */
  readonly #numbered = new Map<string, Map<number, { format: string; prefix: string; suffix: string; start: number }>>()
  #listStyle = ''
  #notes: Block[] = []

  /** `roots` hold styles; `embedded` reads an object inside the package, such as a chart. */
  constructor(roots: XmlElement[], embedded: (href: string) => Block[]) {
    this.#embedded = embedded
    for (const root of roots) {
      for (const style of descendants(root, 'style:style')) {
        const name = style.attributes['style:name'] ?? ''
        this.#parents.set(name, style.attributes['style:parent-style-name'] ?? '')
        const level = Number(style.attributes['style:default-outline-level'] ?? 0)
        if (level > 0) this.#outline.set(name, level)
      }
      for (const style of descendants(root, 'text:list-style'))
        this.#numbered.set(style.attributes['style:name'] ?? '', numberedLevels(style))
    }
  }

  /** Footnotes and comments met since the last call. */
  takeNotes(): Block[] {
    const notes = this.#notes
    this.#notes = []
    return notes
  }

  blocksOf(parent: XmlElement, listLevel = 0): Block[] {
    return elements(parent).flatMap((child) => this.#blocks(child, listLevel))
  }

  /** The words of a paragraph or heading, with what hangs on it put aside or after it. */
  wordsOf(paragraph: XmlElement): { text: string; after: Block[] } {
    const words = odfWords(paragraph)
    this.#notes.push(...words.notes.flatMap((note) => block('note', note)), ...words.comments)
    return { text: words.text, after: words.frames.flatMap((frame) => this.#frame(frame)) }
  }

  comment(annotation: XmlElement): void {
    this.#notes.push(...commentOf(annotation))
  }

  #blocks(element: XmlElement, listLevel: number): Block[] {
    switch (element.name) {
      case 'text:h': {
        const { text, after } = this.wordsOf(element)
        return [...block('heading', text, Number(element.attributes['text:outline-level'] ?? 1)), ...after]
      }
      case 'text:p': {
        const { text, after } = this.wordsOf(element)
        return [...this.#paragraph(text, element.attributes['text:style-name'] ?? '', listLevel), ...after]
      }
      case 'text:list':
        return this.#list(element, listLevel + 1)
      case 'table:table':
        return this.tableBlocks(element)
      case 'draw:frame':
      case 'draw:g':
      case 'draw:custom-shape':
      case 'draw:rect':
      case 'draw:ellipse':
      case 'draw:line':
      case 'draw:connector':
      case 'draw:a':
        return this.#frame(element)
      case 'office:annotation':
        this.comment(element)
        return []
      case 'text:tracked-changes':
      case 'text:sequence-decls':
      case 'office:forms':
      case 'text:variable-decls':
      case 'text:user-field-decls':
      case 'svg:title':
      case 'svg:desc':
      case 'text:table-of-content-source':
      case 'text:alphabetical-index-source':
      case 'presentation:settings':
        return []
      default:
        return this.blocksOf(element, listLevel)
    }
  }

  /** Numbered lists keep their numbers; each item's first block carries it. */
  #list(list: XmlElement, level: number): Block[] {
    const style = list.attributes['text:style-name']
    const outer = this.#listStyle
    if (style) this.#listStyle = style
    const numbering = this.#numbered.get(this.#listStyle)?.get(level)
    let number = numbering?.start ?? 1
    const blocks = elements(list).flatMap((item) => {
      number = Number(item.attributes['text:start-value'] ?? number)
      const inner = this.blocksOf(item, level)
      if (!numbering || item.name !== 'text:list-item' || inner[0]?.kind !== 'list-item' || inner[0].level !== level)
        return inner
      const label = `${numbering.prefix}${writtenNumber(number++, numbering.format)}${numbering.suffix}`
      return [{ ...inner[0], text: `${label} ${inner[0].text}` }, ...inner.slice(1)]
    })
    this.#listStyle = outer
    return blocks
  }

  #paragraph(text: string, style: string, listLevel: number): Block[] {
    if (listLevel > 0) return block('list-item', text, listLevel)
    let level: number | undefined
    let code = false
    let caption = false
    for (let name = style, i = 0; name && i < 20; name = this.#parents.get(name) ?? '', i++) {
      level ??= this.#outline.get(name)
      if (name === 'Title') level ??= 1
      if (name === 'Subtitle') level ??= 2
      if (/Preformatted|Source_20_Text|^Code/i.test(name)) code = true
      if (name === 'Caption') caption = true
    }
    if (level) return block('heading', text, level)
    return block(code ? 'code' : caption ? 'caption' : 'paragraph', text)
  }

  #frame(frame: XmlElement): Block[] {
    const kind = frame.attributes['presentation:class']
    if (frame.attributes['presentation:placeholder'] === 'true') return []
    if (kind === 'title' || kind === 'subtitle') {
      const text = descendants(frame, 'text:p')
        .map((each) => this.wordsOf(each).text)
        .join(' ')
      return block('heading', text, kind === 'title' ? 1 : 2)
    }
    const object = path(frame, 'draw:object')
    const inside =
      object && !path(object, 'office:document') ? this.#embedded(object.attributes['xlink:href'] ?? '') : []
    // A table in a presentation comes with a picture of itself for other programs.
    const shown = elements(frame).filter((child) => child.name !== 'draw:image' && child.name !== 'draw:object')
    return [...inside, ...shown.flatMap((child) => this.#blocks(child, 0))]
  }

  tableBlocks(element: XmlElement): Block[] {
    return table(this.rowsOf(element))
  }

  rowsOf(element: XmlElement): string[][] {
    return spreadCells(
      rowElements(element).flatMap((row) => {
        const cells = elements(row)
          .filter((cell) => cell.name === 'table:table-cell')
          .map((cell) => ({
            text: this.cellText(cell),
            columns: Number(
              cell.attributes['table:number-columns-spanned'] ?? cell.attributes['table:number-columns-repeated'] ?? 1,
            ),
            rows: Number(cell.attributes['table:number-rows-spanned'] ?? 1),
          }))
        const repeated = Number(row.attributes['table:number-rows-repeated'] ?? 1)
        return cells.some((cell) => cell.text)
          ? Array.from({ length: Math.min(repeated, 1_000) }, () => cells)
          : [cells]
      }),
    )
  }

  cellText(cell: XmlElement): string {
    return this.blocksOf(cell)
      .map((each) => each.text)
      .join(' ')
  }
}

export function rowElements(element: XmlElement): XmlElement[] {
  return elements(element).flatMap((child) => {
    if (child.name === 'table:table-row') return [child]
    return /^table:table-(header-rows|rows|row-group)$/.test(child.name) ? rowElements(child) : []
  })
}

const numberFormats: Record<string, string> = { a: 'lowerLetter', A: 'upperLetter', i: 'lowerRoman', I: 'upperRoman' }

function numberedLevels(
  style: XmlElement,
): Map<number, { format: string; prefix: string; suffix: string; start: number }> {
  return new Map(
    elements(style, 'text:list-level-style-number')
      .filter((level) => level.attributes['style:num-format'])
      .map(({ attributes }) => [
        Number(attributes['text:level'] ?? 1),
        {
          format: numberFormats[attributes['style:num-format'] ?? ''] ?? 'decimal',
          prefix: attributes['style:num-prefix'] ?? '',
          suffix: attributes['style:num-suffix'] ?? '',
          start: Number(attributes['text:start-value'] ?? 1),
        },
      ]),
  )
}
