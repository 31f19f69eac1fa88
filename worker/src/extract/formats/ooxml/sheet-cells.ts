/** Cells of a worksheet part, read in a stream so that a sheet of a million cells needs no tree in memory. */
import type { Zip } from '../../archive/zip.ts'
import { attributeOf, scanXml, xmlText } from '../../markup/xml.ts'
import type { Sheet } from '../sheet-regions.ts'
import { showNumber } from './number-format.ts'
import type { NumberFormat } from './number-format.ts'

export type Workbook = { strings: string[]; formats: NumberFormat[]; epoch1904: boolean }

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

export function readSharedStrings(zip: Zip, part: string | undefined): string[] {
  const bytes = part ? zip.read(part) : undefined
  if (!bytes) return []
  const strings: string[] = []
  let text = ''
  let inText = false
  let inPhonetic = false
  scanXml(xmlText(bytes), {
    open(name) {
      const tag = local(name)
      if (tag === 'si') text = ''
      else if (tag === 't') inText = true
      else if (tag === 'rPh') inPhonetic = true
    },
    close(name) {
      const tag = local(name)
      if (tag === 'si') strings.push(text)
      else if (tag === 't') inText = false
      else if (tag === 'rPh') inPhonetic = false
    },
    text(words) {
      if (inText && !inPhonetic) text += words
    },
  })
  return strings
}

type Merge = { top: number; left: number; bottom: number; right: number }

export function readSheetCells(zip: Zip, part: string, workbook: Workbook): Sheet {
  const sheet: Sheet = new Map()
  const merges: Merge[] = []
  let row = 0
  let column = 0
  let type = ''
  let style = 0
  let value = ''
  let taking = false
  scanXml(xmlText(zip.read(part) ?? new Uint8Array()), {
    open(name, attributes) {
      const tag = local(name)
      if (tag === 'row') {
        row = Number(attributeOf(attributes, 'r') ?? row + 1)
        column = 0
      } else if (tag === 'c') {
        const place = placeOf(attributeOf(attributes, 'r'))
        column = place?.column ?? column + 1
        type = attributeOf(attributes, 't') ?? 'n'
        style = Number(attributeOf(attributes, 's') ?? 0)
        value = ''
      } else if (tag === 'v' || tag === 't') {
        taking = true
      } else if (tag === 'mergeCell') {
        const [from, to] = (attributeOf(attributes, 'ref') ?? '').split(':').map(placeOf)
        if (from && to) merges.push({ top: from.row, left: from.column, bottom: to.row, right: to.column })
      }
    },
    close(name) {
      const tag = local(name)
      if (tag === 'v' || tag === 't') taking = false
      else if (tag === 'c') put(sheet, row, column, shown(value, type, style, workbook))
    },
    text(words) {
      if (taking) value += words
    },
  })
  fillMerges(sheet, merges)
  return sheet
}

function shown(value: string, type: string, style: number, workbook: Workbook): string {
  if (type === 's') return workbook.strings[Number(value)] ?? ''
  if (type === 'b') return value === '' ? '' : value === '1' ? 'TRUE' : 'FALSE'
  if (type !== 'n') return value
  const format = workbook.formats[style]
  return format
    ? showNumber(value, format, workbook.epoch1904)
    : showNumber(value, { date: false, time: false, percent: undefined }, false)
}

function put(sheet: Sheet, row: number, column: number, text: string): void {
  const words = text.trim()
  if (!words) return
  let cells = sheet.get(row)
  if (!cells) sheet.set(row, (cells = new Map()))
  cells.set(column, words)
}

/** The words of a merged cell stand in all places it covers, as long as that is a table's span and not a whole page. */
function fillMerges(sheet: Sheet, merges: Merge[]): void {
  for (const { top, left, bottom, right } of merges) {
    const words = sheet.get(top)?.get(left)
    if (!words || (bottom - top + 1) * (right - left + 1) > 2_000 || words.length > 300) continue
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) put(sheet, row, column, words)
  }
}

/** "BC12" to row 12, column 55. */
function placeOf(reference: string | undefined): { row: number; column: number } | undefined {
  const [, letters, digits] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(reference ?? '') ?? []
  if (!letters || !digits) return undefined
  let column = 0
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64
  return { row: Number(digits), column }
}
