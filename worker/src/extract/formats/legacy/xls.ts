/** Reads Excel 97 to 2003 workbooks (BIFF8, [MS-XLS]): cells of each sheet, shared strings, comments. */
import type { Ole } from '../../archive/ole.ts'
import { mediaTypes } from '../../media-types.ts'
import { block, damaged } from '../../reading.ts'
import type { Draft, DraftPage, Reading } from '../../reading.ts'
import { ExtractionError } from '../../shapes.ts'
import { numberFormat, showNumber } from '../ooxml/number-format.ts'
import type { NumberFormat } from '../ooxml/number-format.ts'
import { sheetBlocks } from '../sheet-regions.ts'
import type { Sheet } from '../sheet-regions.ts'
import { readSharedStrings, readString } from './xls-strings.ts'

export type BiffRecord = { type: number; from: number; length: number; view: DataView }

const codes = {
  bof: 0x0809,
  eof: 0x000a,
  boundSheet: 0x0085,
  sst: 0x00fc,
  continue: 0x003c,
  filePass: 0x002f,
  date1904: 0x0022,
  format: 0x041e,
  xf: 0x00e0,
  labelSst: 0x00fd,
  label: 0x0204,
  number: 0x0203,
  rk: 0x027e,
  mulRk: 0x00bd,
  formula: 0x0006,
  string: 0x0207,
  boolErr: 0x0205,
  merged: 0x00e5,
}

export function readXls(ole: Ole, reading: Reading): Draft {
  const bytes = ole.stream('Workbook')
  if (!bytes)
    throw new ExtractionError(
      'unsupported',
      'This Excel workbook is older than Excel 97. Open it in Excel or LibreOffice, save it as .xlsx, and upload that.',
    )
  const records = readRecords(bytes)
  if (records[0]?.type !== codes.bof) throw damaged('an older Excel workbook')
  if (records.some((record) => record.type === codes.filePass)) {
    throw new ExtractionError(
      'encrypted',
      'The workbook is protected by a password. Open it, save it without the password, and upload that copy.',
    )
  }
  const book = globals(records)
  reading.pages(book.sheets.length)
  const pages = book.sheets.map((sheet, i): DraftPage => {
    reading.progress(i, book.sheets.length)
    const start = records.findIndex((record) => record.from - 4 === sheet.offset)
    return {
      label: sheet.name,
      blocks: [...block('heading', sheet.name, 2), ...(start < 0 ? [] : sheetBlocks(cells(records, start, book)))],
    }
  })
  return { format: 'xls', mediaType: mediaTypes.xls, pageUnit: 'sheet', pages }
}

function readRecords(bytes: Uint8Array): BiffRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: BiffRecord[] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = view.getUint16(at + 2, true)
    if (at + 4 + length > bytes.length) break
    records.push({ type: view.getUint16(at, true), from: at + 4, length, view })
    at += 4 + length
  }
  return records
}

type Book = {
  sheets: { name: string; offset: number }[]
  strings: string[]
  formats: NumberFormat[]
  epoch1904: boolean
}

function globals(records: BiffRecord[]): Book {
  const book: Book = { sheets: [], strings: [], formats: [], epoch1904: false }
  const written = new Map<number, string>()
  const used: number[] = []
  for (const [i, record] of records.entries()) {
    const { type, from, view } = record
    if (type === codes.eof) break
    if (type === codes.boundSheet && view.getUint8(from + 5) === 0)
      book.sheets.push({ offset: view.getUint32(from, true), name: readString(record, from + 6, 1).text })
    else if (type === codes.date1904) book.epoch1904 = view.getUint16(from, true) === 1
    else if (type === codes.format) written.set(view.getUint16(from, true), readString(record, from + 2, 2).text)
    else if (type === codes.xf) used.push(view.getUint16(from + 2, true))
    else if (type === codes.sst) {
      let end = i + 1
      while (records[end]?.type === codes.continue) end++
      book.strings = readSharedStrings(records.slice(i, end))
    }
  }
  book.formats = used.map((id) => numberFormat(id, written.get(id)))
  return book
}

function cells(records: BiffRecord[], start: number, book: Book): Sheet {
  const sheet: Sheet = new Map()
  const put = (row: number, column: number, text: string) => {
    if (!text.trim()) return
    let line = sheet.get(row)
    if (!line) sheet.set(row, (line = new Map()))
    line.set(column, text.trim())
  }
  const general = numberFormat(0, undefined)
  const shown = (value: number, style: number) =>
    showNumber(String(value), book.formats[style] ?? general, book.epoch1904)
  let pending: [number, number] | undefined
  for (let i = start + 1, depth = 1; i < records.length && depth > 0; i++) {
    const record = records[i]!
    const { type, from, length, view } = record
    if (type === codes.bof) depth++
    else if (type === codes.eof) depth--
    if (depth !== 1 || length < 4) continue
    const [row, column] = [view.getUint16(from, true), view.getUint16(from + 2, true)]
    switch (type) {
      case codes.labelSst:
        put(row, column, book.strings[view.getUint32(from + 6, true)] ?? '')
        break
      case codes.label:
        put(row, column, readString(record, from + 6, 2).text)
        break
      case codes.number:
        put(row, column, shown(view.getFloat64(from + 6, true), view.getUint16(from + 4, true)))
        break
      case codes.rk:
        put(row, column, shown(rkNumber(view.getUint32(from + 6, true)), view.getUint16(from + 4, true)))
        break
      case codes.mulRk:
        for (let at = from + 4, x = column; at + 6 <= from + length - 2; at += 6, x++)
          put(row, x, shown(rkNumber(view.getUint32(at + 2, true)), view.getUint16(at, true)))
        break
      case codes.formula:
        // 0xffff at the end of the value says that it is no number: a string follows, or a truth value stands here.
        if (view.getUint16(from + 12, true) !== 0xffff)
          put(row, column, shown(view.getFloat64(from + 6, true), view.getUint16(from + 4, true)))
        else if (view.getUint8(from + 6) === 0) pending = [row, column]
        else if (view.getUint8(from + 6) === 1) put(row, column, view.getUint8(from + 8) ? 'TRUE' : 'FALSE')
        break
      case codes.string:
        if (pending) put(...pending, readString(record, from, 2).text)
        pending = undefined
        break
      case codes.boolErr:
        if (view.getUint8(from + 7) === 0) put(row, column, view.getUint8(from + 6) ? 'TRUE' : 'FALSE')
        break
      case codes.merged:
        fillMerged(sheet, record, put)
        break
    }
  }
  return sheet
}

/** A number packed into 30 bits: an integer or the upper half of a double, either perhaps a hundred times too large. */
function rkNumber(rk: number): number {
  let value: number
  if (rk & 2) {
    value = rk >> 2
  } else {
    const view = new DataView(new ArrayBuffer(8))
    view.setUint32(0, rk & 0xfffffffc)
    value = view.getFloat64(0)
  }
  return rk & 1 ? value / 100 : value
}

function fillMerged(
  sheet: Sheet,
  { view, from, length }: BiffRecord,
  put: (row: number, column: number, text: string) => void,
): void {
  for (let at = from + 2; at + 8 <= from + length; at += 8) {
    const [top, bottom, left, right] = [0, 2, 4, 6].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
      number,
    ]
    const words = sheet.get(top)?.get(left)
    if (!words || (bottom - top + 1) * (right - left + 1) > 2_000 || words.length > 300) continue
    for (let row = top; row <= bottom; row++) for (let column = left; column <= right; column++) put(row, column, words)
  }
}
