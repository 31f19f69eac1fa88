/**
 * Reads Word 97 to 2003 documents: text by the piece table ([MS-DOC] 2.4.1), with cells and rows of tables,
 * footnotes, headers, comments and text boxes. Headings are not told apart, since styles are not read.
 */
import type { Ole } from '../../archive/ole.ts'
import { mediaTypes } from '../../media-types.ts'
import { block, damaged, table } from '../../reading.ts'
import type { Draft, Reading } from '../../reading.ts'
import { ExtractionError } from '../../shapes.ts'
import type { Block } from '../../shapes.ts'

export function readDoc(ole: Ole, reading: Reading): Draft {
  const word = ole.stream('WordDocument')
  if (!word || word.length < 0x1aa) throw damaged('an older Word document')
  const view = viewOf(word)
  const flags = view.getUint16(0x0a, true)
  if (flags & 0x0100)
    throw new ExtractionError(
      'encrypted',
      'The document is protected by a password. Open it, save it without the password, and upload that copy.',
    )
  if (view.getUint16(0x02, true) < 0x00c0)
    throw new ExtractionError(
      'unsupported',
      'This Word document is older than Word 97. Open it in Word or LibreOffice, save it as .docx, and upload that.',
    )
  const tables = ole.stream(flags & 0x0200 ? '1Table' : '0Table')
  if (!tables) throw damaged('an older Word document')
  const text = pieces(word, tables, view.getUint32(0x01a2, true), view.getUint32(0x01a6, true))
  // Parts of the document stand one behind the other; their lengths are ccpText, ccpFtn, ccpHdd, (macros,) ccpAtn, ccpEdn, ccpTxbx.
  const lengths = [0x4c, 0x50, 0x54, 0x5c, 0x60, 0x64].map((at) => view.getUint32(at, true))
  let at = 0
  const parts = lengths.map((length) => text.slice(at, (at += length)))
  reading.pages(1)
  const notes = parts.slice(1).flatMap((part) => part.split('\r').flatMap((each) => block('note', plain(each))))
  return {
    format: 'doc',
    mediaType: mediaTypes.doc,
    pageUnit: 'section',
    pages: [{ blocks: [...bodyBlocks(parts[0]!), ...notes] }],
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** All text, from pieces that are either UTF-16 or Windows-1252. */
function pieces(word: Uint8Array, tables: Uint8Array, offset: number, length: number): string {
  const clx = tables.subarray(offset, offset + length)
  const view = viewOf(clx)
  let at = 0
  while (at + 3 <= clx.length && clx[at] === 1) at += 3 + view.getUint16(at + 1, true)
  if (at + 5 > clx.length || clx[at] !== 2) throw damaged('an older Word document')
  const count = Math.floor((view.getUint32(at + 1, true) - 4) / 12)
  const starts = at + 5
  const descriptors = starts + (count + 1) * 4
  if (count < 1 || descriptors + count * 8 > clx.length) throw damaged('an older Word document')
  const parts: string[] = []
  for (let i = 0; i < count; i++) {
    const characters = view.getUint32(starts + i * 4 + 4, true) - view.getUint32(starts + i * 4, true)
    const position = view.getUint32(descriptors + i * 8 + 2, true)
    const narrow = (position & 0x40000000) !== 0
    const from = narrow ? (position & 0x3fffffff) >>> 1 : position
    const bytes = word.subarray(from, from + (narrow ? characters : characters * 2))
    parts.push(new TextDecoder(narrow ? 'windows-1252' : 'utf-16le').decode(bytes))
  }
  return parts.join('')
}

/** Paragraphs end with a carriage return, cells with 0x07; a row ends with an empty cell. */
function bodyBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let rows: string[][] = []
  let row: string[] = []
  let cell = ''
  const endTable = () => {
    if (row.length > 0) rows.push(row)
    blocks.push(...table(rows))
    rows = []
    row = []
  }
  for (const [, words, end] of text.matchAll(/([^\r\x07\f]*)([\r\x07\f]|$)/g)) {
    if (end === '\x07') {
      if (words === '' && cell === '' && row.length > 0) {
        rows.push(row)
        row = []
      } else {
        row.push(plain(cell + words!))
      }
      cell = ''
    } else if (row.length > 0) {
      // Inside an open row, a paragraph that is not its last belongs to the cell.
      cell += `${words} `
    } else {
      endTable()
      blocks.push(...block('paragraph', plain(words!)))
    }
    if (end === '') break
  }
  endTable()
  return blocks
}

/** Field codes go, their results stay; control characters for pictures and notes go. */
function plain(text: string): string {
  return text
    .replace(/\x13[^\x13-\x15]*\x14/g, '')
    .replace(/\x13[^\x13-\x15]*\x15/g, '')
    .replace(/[\x13-\x15\x01\x02\x05\x08]/g, '')
    .replace(/\x1e/g, '-')
    .replace(/\x1f/g, '')
    .replace(/\x0b/g, '\n')
}
