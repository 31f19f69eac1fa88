/** Reads Rich Text Format 1.9: words, headings from the style sheet, tables, lists, footnotes, headers and comments. */
import { block, damaged, table } from '../reading.ts'
import type { Block } from '../shapes.ts'

type State = {
  skip: boolean
  note: boolean
  unicodeSkip: number
  style: number
  inTable: boolean
  listed: boolean
  level: number
  outline: number | undefined
  codePage: string
  hidden: boolean
}

/** Groups whose words are not the document's. */
const skippedGroups = new Set([
  'fonttbl',
  'colortbl',
  'stylesheet',
  'info',
  'pict',
  'object',
  'themedata',
  'colorschememapping',
  'datastore',
  'latentstyles',
  'listtable',
  'listoverridetable',
  'rsidtbl',
  'generator',
  'xmlnstbl',
  'fldinst',
  'nonshppict',
  'filetbl',
  'revtbl',
  'pgptbl',
  'mmathPr',
  'wgrffmtfilter',
  'bkmkstart',
  'bkmkend',
  'atnid',
  'atnref',
  'atntime',
  'atndate',
  'blipuid',
  'objdata',
  'datafield',
  'shpinst_skip',
  'sp',
  'pnseclvl',
  'pntxtb',
  'listpicture',
  'userprops',
  'template',
  'passwordhash',
  'do',
])
const noteGroups = new Set([
  'footnote',
  'annotation',
  'header',
  'headerl',
  'headerr',
  'headerf',
  'footer',
  'footerl',
  'footerr',
  'footerf',
])
const signs: Record<string, string> = {
  tab: ' ',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
  '~': '\u00a0',
  _: '-',
  line: '\n',
  softline: '\n',
}
const charsets: Record<number, string> = {
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gb18030',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
}

export function rtfBlocks(rtf: string): { blocks: Block[]; title?: string; author?: string } {
  const end = rtf.lastIndexOf('}')
  if (end < 0) throw damaged('an RTF document')
  const reader = new RtfReader(rtf)
  reader.read()
  const info = /\{\\info([\s\S]{0,4000})/.exec(rtf)?.[1] ?? ''
  const title = /\{\\title ([^{}\\]+)\}/.exec(info)?.[1]?.trim()
  const author = /\{\\author ([^{}\\]+)\}/.exec(info)?.[1]?.trim()
  return { blocks: reader.blocks, ...(title && { title }), ...(author && { author }) }
}

class RtfReader {
  readonly blocks: Block[] = []
  readonly #notes: Block[] = []
  readonly #rtf: string
  readonly #headings: Map<number, number>
  readonly #fonts: Map<number, string>
  #state: State
  #stack: State[] = []
  #text = ''
  #noteText = ''
  #bytes: number[] = []
  #rows: string[][] = []
  #row: string[] = []
  #cell: string[] = []
  #pendingSkip = 0

  constructor(rtf: string) {
    this.#rtf = rtf
    this.#headings = headingStyles(rtf)
    this.#fonts = fontEncodings(rtf)
    const page = Number(/\\ansicpg(\d+)/.exec(rtf.slice(0, 2000))?.[1] ?? 1252)
    this.#state = {
      skip: false,
      note: false,
      unicodeSkip: 1,
      style: -1,
      inTable: false,
      listed: false,
      level: 0,
      outline: undefined,
      hidden: false,
      codePage: encodingOf(page),
    }
  }

  read(): void {
    const token = /\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+/g
    for (let match = token.exec(this.#rtf); match; match = token.exec(this.#rtf)) {
      const [, word, parameter, hex, symbol, brace, plain] = match
      if (hex) {
        if (this.#pendingSkip > 0) this.#pendingSkip--
        else this.#bytes.push(parseInt(hex, 16))
        continue
      }
      this.#decodeBytes()
      if (brace === '{') {
        this.#stack.push({ ...this.#state })
        this.#pendingSkip = 0
      } else if (brace === '}') this.#closeGroup()
      else if (plain) this.#plain(plain)
      else if (symbol) this.#symbol(symbol)
      else if (word === 'bin') token.lastIndex += Math.max(0, Number(parameter ?? 0))
      else if (word) this.#control(word, parameter === undefined ? undefined : Number(parameter))
    }
    this.#decodeBytes()
    this.#endParagraph()
    this.#endTable()
    this.blocks.push(...this.#notes)
  }

  #plain(text: string): void {
    const skipped = Math.min(this.#pendingSkip, text.length)
    this.#pendingSkip -= skipped
    this.#add(text.slice(skipped))
  }

  #add(text: string): void {
    if (this.#state.skip || this.#state.hidden) return
    if (this.#state.note) this.#noteText += text
    else this.#text += text
  }

  #decodeBytes(): void {
    if (this.#bytes.length === 0) return
    this.#add(new TextDecoder(this.#state.codePage).decode(Uint8Array.from(this.#bytes)))
    this.#bytes = []
  }

  #closeGroup(): void {
    const inNote = this.#state.note
    this.#state = this.#stack.pop() ?? this.#state
    this.#pendingSkip = 0
    if (inNote && !this.#state.note) {
      this.#notes.push(...block('note', this.#noteText))
      this.#noteText = ''
    }
  }

  #symbol(symbol: string): void {
    if (symbol === '*') this.#state.skip = true
    else if (symbol === '\n' || symbol === '\r') this.#endParagraph()
    else if (signs[symbol]) this.#add(signs[symbol])
    else if ('\\{}'.includes(symbol)) this.#plain(symbol)
  }

  #control(word: string, parameter: number | undefined): void {
    if (skippedGroups.has(word)) {
      this.#state.skip = true
      return
    }
    if (noteGroups.has(word)) {
      this.#state.note = true
      this.#state.skip = false
      return
    }
    if (signs[word]) {
      this.#add(signs[word])
      return
    }
    switch (word) {
      // A group that begins with \* is unknown to old readers; these are known to us.
      case 'shptxt':
      case 'atnauthor':
        this.#state.skip = word === 'atnauthor'
        return
      case 'shpinst':
        this.#state.skip = false
        return
      case 'u': {
        const code = parameter ?? 0
        this.#add(String.fromCharCode(code < 0 ? code + 65_536 : code))
        this.#pendingSkip = this.#state.unicodeSkip
        return
      }
      case 'uc':
        this.#state.unicodeSkip = parameter ?? 1
        return
      case 'v':
        this.#state.hidden = parameter !== 0
        return
      case 'f':
        this.#state.codePage = this.#fonts.get(parameter ?? -1) ?? this.#state.codePage
        return
      case 'par':
      case 'sect':
      case 'page':
      case 'column':
        this.#endParagraph()
        return
      case 'pard':
        Object.assign(this.#state, { style: -1, inTable: false, listed: false, level: 0, outline: undefined })
        return
      case 'plain':
        this.#state.hidden = false
        return
      case 's':
        this.#state.style = parameter ?? -1
        return
      case 'outlinelevel':
        this.#state.outline = parameter
        return
      case 'intbl':
        this.#state.inTable = true
        return
      case 'ls':
      case 'pnlvlblt':
      case 'pnlvlbody':
        this.#state.listed = true
        return
      case 'ilvl':
        this.#state.level = parameter ?? 0
        return
      case 'cell':
      case 'nestcell':
        this.#endCell()
        return
      case 'row':
      case 'nestrow':
        this.#endRow()
        return
    }
  }

  #endParagraph(): void {
    if (this.#state.skip) return
    if (this.#state.note) {
      this.#noteText += '\n'
      return
    }
    const text = this.#text
    this.#text = ''
    if (this.#state.inTable) {
      if (text.trim()) this.#cell.push(text)
      return
    }
    if (!text.trim()) return
    this.#endTable()
    const outline =
      this.#state.outline !== undefined && this.#state.outline < 9
        ? this.#state.outline + 1
        : this.#headings.get(this.#state.style)
    if (outline) this.blocks.push(...block('heading', text, outline))
    else if (this.#state.listed || /^\s*[•·]\s/.test(text))
      this.blocks.push(...block('list-item', text.replace(/^\s*[•·]\s+/, ''), this.#state.level + 1))
    else this.blocks.push(...block('paragraph', text))
  }

  #endCell(): void {
    this.#row.push([...this.#cell, this.#text].join(' '))
    this.#cell = []
    this.#text = ''
  }

  #endRow(): void {
    if (this.#row.length > 0) this.#rows.push(this.#row)
    this.#row = []
  }

  #endTable(): void {
    this.#endRow()
    this.blocks.push(...table(this.#rows))
    this.#rows = []
  }
}

function encodingOf(page: number): string {
  const names: Record<number, string> = {
    932: 'shift_jis',
    936: 'gb18030',
    949: 'euc-kr',
    950: 'big5',
    10000: 'macintosh',
    65001: 'utf-8',
    874: 'windows-874',
    866: 'ibm866',
  }
  return names[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252')
}

/** Style numbers of the style sheet whose name or outline level makes them a heading. */
function headingStyles(rtf: string): Map<number, number> {
  const found = new Map<number, number>()
  const at = rtf.indexOf('{\\stylesheet')
  if (at < 0) return found
  for (const [, style] of rtf.slice(at, at + 200_000).matchAll(/\{((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    const number = Number(/\\s(\d+)/.exec(style!)?.[1] ?? 0)
    const named = /heading (\d)/i.exec(style!)?.[1]
    const outline = /\\outlinelevel(\d)/.exec(style!)?.[1]
    if (named) found.set(number, Number(named))
    else if (/\btitle;$/i.test(style!)) found.set(number, 1)
    else if (outline) found.set(number, Number(outline) + 1)
  }
  return found
}

function fontEncodings(rtf: string): Map<number, string> {
  const at = rtf.indexOf('{\\fonttbl')
  const fonts = new Map<number, string>()
  if (at < 0) return fonts
  for (const [, font, charset] of rtf.slice(at, at + 100_000).matchAll(/\\f(\d+)[^;{}]*?\\fcharset(\d+)/g)) {
    const encoding = charsets[Number(charset)]
    if (encoding) fonts.set(Number(font), encoding)
  }
  return fonts
}
