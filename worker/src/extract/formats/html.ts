/** Reads HTML into blocks: headings, lists, tables, code and paragraphs, in the order of the document. */
import { parseDocument } from 'htmlparser2'
import { block, table } from '../reading.ts'
import type { Block } from '../shapes.ts'
import { spreadCells } from './spread-cells.ts'

type Node = ReturnType<typeof parseDocument>['children'][number]
type Element = Extract<Node, { attribs: Record<string, string> }>

export type HtmlText = { title?: string; author?: string; blocks: Block[] }

const skipped = new Set([
  'script',
  'style',
  'template',
  'head',
  'noscript',
  'iframe',
  'object',
  'embed',
  'svg',
  'canvas',
  'audio',
  'video',
  'annotation',
  'annotation-xml',
  'rt',
  'rp',
])
const blockTags = new Set([
  'address',
  'article',
  'aside',
  'blockquote',
  'body',
  'center',
  'details',
  'dialog',
  'div',
  'dl',
  'fieldset',
  'figure',
  'footer',
  'form',
  'header',
  'hgroup',
  'hr',
  'html',
  'legend',
  'main',
  'menu',
  'nav',
  'ol',
  'p',
  'search',
  'section',
  'summary',
  'ul',
  'tbody',
  'thead',
  'tfoot',
  'tr',
  'td',
  'th',
  'option',
  'select',
  'button',
])

/** `html` is decoded text; it may also be XHTML. */
export function htmlText(html: string, xml = false): HtmlText {
  const document = parseDocument(html, { xmlMode: xml, decodeEntities: true })
  const walker = new HtmlWalker()
  walker.walk(document.children)
  walker.flush()
  const meta = headOf(document.children)
  return { ...meta, blocks: walker.blocks }
}

class HtmlWalker {
  readonly blocks: Block[] = []
  #inline = ''
  #kind: Block['kind'] = 'paragraph'
  #level: number | undefined
  /** For each open list, the number of its next item; undefined for bullets. */
  #lists: (number | undefined)[] = []

  walk(nodes: Node[]): void {
    for (const node of nodes) {
      if (node.type === 'text' || node.type === 'cdata') {
        if (node.type === 'text') this.#inline += node.data.replace(/\s+/g, ' ')
        else this.walk(node.children)
      } else if ('attribs' in node) {
        this.#element(node)
      }
    }
  }

  flush(): void {
    const made = block(
      this.#kind,
      this.#inline,
      this.#kind === 'heading' || this.#kind === 'list-item' ? this.#level : undefined,
    )
    // Only the first paragraph of a list item is the item; what follows inside belongs to it all the same.
    this.blocks.push(...made)
    this.#inline = ''
  }

  #as(kind: Block['kind'], level: number | undefined, children: Node[], before = ''): void {
    this.flush()
    const outer = { kind: this.#kind, level: this.#level }
    this.#inline = before
    this.#kind = kind
    this.#level = level
    this.walk(children)
    this.flush()
    this.#kind = outer.kind
    this.#level = outer.level
  }

  #element(element: Element): void {
    const tag = element.name.toLowerCase().replace(/^.*:/, '')
    if (skipped.has(tag) || isHidden(element)) return
    const heading = /^h([1-6])$/.exec(tag)
    if (heading) return this.#as('heading', Number(heading[1]), element.children)
    switch (tag) {
      case 'br':
        this.#inline += '\n'
        return
      case 'wbr':
        return
      case 'img':
        if (element.attribs.alt?.trim()) this.#inline += ` ${element.attribs.alt} `
        return
      case 'li':
        return this.#item(element)
      case 'ul':
      case 'ol':
      case 'menu':
        return this.#list(element)
      case 'dt':
        return this.#as('paragraph', undefined, element.children)
      case 'dd':
        return this.#as('list-item', this.#lists.length + 1, element.children)
      case 'pre':
      case 'listing':
      case 'xmp':
        return this.#code(element)
      case 'caption':
      case 'figcaption':
        return this.#as('caption', undefined, element.children)
      case 'table':
        return this.#table(element)
      case 'textarea':
      case 'input':
        if (element.attribs.type !== 'hidden') this.#inline += ` ${element.attribs.value ?? ''} `
        break
    }
    if (blockTags.has(tag)) return this.#as(this.#kind, this.#level, element.children)
    this.walk(element.children)
  }

  #list(element: Element): void {
    this.flush()
    this.#lists.push(element.name.toLowerCase() === 'ol' ? whole(element.attribs.start, 1) : undefined)
    this.walk(element.children)
    this.flush()
    this.#lists.pop()
  }

  /** Items of an ordered list keep their numbers: people refer to "step 3". */
  #item(element: Element): void {
    const depth = this.#lists.length
    let number = this.#lists[depth - 1]
    if (number !== undefined) {
      number = whole(element.attribs.value, number)
      this.#lists[depth - 1] = number + 1
    }
    this.#as('list-item', Math.max(1, depth), element.children, number === undefined ? '' : `${number}. `)
  }

  #code(element: Element): void {
    this.flush()
    const text = rawText(element.children).replace(/\r\n?/g, '\n').replace(/^\n/, '')
    this.blocks.push(...block('code', text))
  }

  #table(element: Element): void {
    this.flush()
    for (const caption of children(element, 'caption')) this.#as('caption', undefined, caption.children)
    const rows = rowsOf(element)
    const widest = Math.max(0, ...rows.map((row) => row.cells.length))
    const holdsTables = rows.some((row) => row.cells.some((cell) => find(cell.children, 'table')))
    // One column, or tables inside tables: a frame for layout, whose cells are read one after the other.
    if ((widest <= 1 && holdsTables) || (holdsTables && rows.length <= 2)) {
      for (const cell of rows.flatMap((row) => row.cells)) this.#as(this.#kind, this.#level, cell.children)
      return
    }
    this.blocks.push(
      ...table(
        spreadCells(
          rows.map((row) =>
            row.cells.map((cell) => ({
              text: cellText(cell),
              columns: Number.parseInt(cell.attribs.colspan ?? '1', 10) || 1,
              rows: Number.parseInt(cell.attribs.rowspan ?? '1', 10) || 1,
            })),
          ),
        ),
      ),
    )
  }
}

function whole(text: string | undefined, otherwise: number): number {
  return /^-?\d{1,9}$/.test(text?.trim() ?? '') ? Number(text) : otherwise
}

function isHidden(element: Element): boolean {
  return 'hidden' in element.attribs || /display\s*:\s*none/i.test(element.attribs.style ?? '')
}

function children(element: Element, tag: string): Element[] {
  return element.children.filter((child): child is Element => 'attribs' in child && child.name.toLowerCase() === tag)
}

function rowsOf(element: Element): { cells: Element[] }[] {
  return element.children.flatMap((child) => {
    if (!('attribs' in child)) return []
    const tag = child.name.toLowerCase()
    if (tag === 'tr')
      return [
        { cells: child.children.filter((cell): cell is Element => 'attribs' in cell && /^t[dh]$/i.test(cell.name)) },
      ]
    return tag === 'tbody' || tag === 'thead' || tag === 'tfoot' ? rowsOf(child) : []
  })
}

function cellText(cell: Element): string {
  const inner = new HtmlWalker()
  inner.walk(cell.children)
  inner.flush()
  return inner.blocks.map((each) => each.text).join(' ')
}

function rawText(nodes: Node[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.data
      if (!('attribs' in node)) return ''
      return node.name.toLowerCase() === 'br' ? '\n' : rawText(node.children)
    })
    .join('')
}

function find(nodes: Node[], tag: string): Element | undefined {
  for (const node of nodes) {
    if (!('attribs' in node)) continue
    if (node.name.toLowerCase() === tag) return node
    const inner = find(node.children, tag)
    if (inner) return inner
  }
  return undefined
}

function headOf(nodes: Node[]): { title?: string; author?: string } {
  const head = find(nodes, 'head')
  const title = rawText((head && find(head.children, 'title'))?.children ?? [])
    .replace(/\s+/g, ' ')
    .trim()
  const author = head?.children
    .find(
      (node): node is Element =>
        'attribs' in node && node.name === 'meta' && node.attribs.name?.toLowerCase() === 'author',
    )
    ?.attribs.content?.trim()
  return { ...(title && { title }), ...(author && { author }) }
}

/** The encoding an HTML page declares in its first bytes; undefined where it says nothing usable. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048))
  const name = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]
  try {
    return name && new TextDecoder(name).encoding
  } catch {
    return undefined
  }
}
