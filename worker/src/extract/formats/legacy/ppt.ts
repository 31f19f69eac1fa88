/** Reads PowerPoint 97 to 2003 presentations: the text of each slide and its notes, by walking the records ([MS-PPT] 2.3.1). */
import type { Ole } from '../../archive/ole.ts'
import { mediaTypes } from '../../media-types.ts'
import { block, damaged } from '../../reading.ts'
import type { Draft, DraftPage, Reading } from '../../reading.ts'
import type { Block } from '../../shapes.ts'

type PptRecord = { type: number; instance: number; container: boolean; from: number; to: number }

const slideListWithText = 0x0ff0
const slidePersist = 0x03f3
const textHeader = 0x0f9f
const textChars = 0x0fa0
const textBytes = 0x0fa8
const slide = 0x03ee
const notes = 0x03f0
const notesAtom = 0x03f1
const document = 0x03e8
const clientTextbox = 0xf00d

export function readPpt(ole: Ole, reading: Reading): Draft {
  const bytes = ole.stream('PowerPoint Document')
  if (!bytes) throw damaged('an older PowerPoint presentation')
  const top = records(bytes, 0, bytes.length)
  // The file keeps earlier versions of itself; the last document record counts.
  const main = top.filter((record) => record.type === document).at(-1)
  if (!main) throw damaged('an older PowerPoint presentation')
  const lists = records(bytes, main.from, main.to).filter((record) => record.type === slideListWithText)
  const outline = lists.filter((list) => list.instance === 0).flatMap((list) => outlineTexts(bytes, list))
  const drawn = top.filter((record) => record.type === slide).map((record) => shapeTexts(bytes, record))
  const ids = lists
    .filter((list) => list.instance === 0)
    .flatMap((list) => records(bytes, list.from, list.to))
    .filter((record) => record.type === slidePersist && record.to - record.from >= 16)
    .map((record) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(record.from + 12, true))
  const spoken = new Map(
    top.filter((record) => record.type === notes).map((record) => [slideOf(bytes, record), shapeTexts(bytes, record)]),
  )
  const count = Math.max(outline.length, outline.length === 0 ? drawn.length : 0)
  reading.pages(count)
  const pages = Array.from({ length: count }, (_, i): DraftPage => {
    const own = outline[i] ?? []
    const said = new Set(own.map((each) => each.text))
    return {
      blocks: [
        ...own,
        ...(drawn[i] ?? []).filter((each) => !said.has(each.text)),
        ...(spoken.get(ids[i]) ?? [])
          .filter((each) => each.text !== '*')
          .map((each): Block => ({ kind: 'note', text: each.text })),
      ],
    }
  })
  return { format: 'ppt', mediaType: mediaTypes.ppt, pageUnit: 'slide', pages }
}

function records(bytes: Uint8Array, from: number, to: number): PptRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: PptRecord[] = []
  for (let at = from; at + 8 <= to;) {
    const version = view.getUint16(at, true)
    const length = view.getUint32(at + 4, true)
    const end = Math.min(at + 8 + length, to)
    found.push({
      type: view.getUint16(at + 2, true),
      instance: version >> 4,
      container: (version & 15) === 15,
      from: at + 8,
      to: end,
    })
    at = end
  }
  return found
}

/** Number of the slide that a notes record belongs to; undefined for the pattern of all notes. */
function slideOf(bytes: Uint8Array, record: PptRecord): number | undefined {
  const atom = records(bytes, record.from, record.to).find((each) => each.type === notesAtom)
  return atom && atom.to - atom.from >= 4
    ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(atom.from, true)
    : undefined
}

function words(bytes: Uint8Array, record: PptRecord): string {
  const body = bytes.subarray(record.from, record.to)
  return new TextDecoder(record.type === textChars ? 'utf-16le' : 'windows-1252').decode(body)
}

function textBlocks(text: string, type: number): Block[] {
  const lines = text.replace(/\x0b/g, '\n').split('\r')
  // Text types 0 and 6 are titles, 1, 5, 7 and 8 bodies whose paragraphs are bullets.
  if (type === 0 || type === 6) return block('heading', lines.join(' '), 1)
  return lines.flatMap((line) =>
    type === 1 || type === 7 || type === 8 ? block('list-item', line, 1) : block('paragraph', line),
  )
}

/** Texts of the outline, slide by slide. */
function outlineTexts(bytes: Uint8Array, list: PptRecord): Block[][] {
  const slides: Block[][] = []
  let type = 4
  for (const record of records(bytes, list.from, list.to)) {
    if (record.type === slidePersist) slides.push([])
    else if (record.type === textHeader)
      type = new DataView(bytes.buffer, bytes.byteOffset).getUint32(record.from, true)
    else if (record.type === textChars || record.type === textBytes)
      slides.at(-1)?.push(...textBlocks(words(bytes, record), type))
  }
  return slides
}

/** Texts in the shapes of a slide, in drawing order. */
function shapeTexts(bytes: Uint8Array, parent: PptRecord, depth = 0): Block[] {
  if (depth > 30) return []
  let type = 4
  return records(bytes, parent.from, parent.to).flatMap((record): Block[] => {
    if (record.type === textHeader) type = new DataView(bytes.buffer, bytes.byteOffset).getUint32(record.from, true)
    if (record.type === textChars || record.type === textBytes) return textBlocks(words(bytes, record), type)
    return record.container || record.type === clientTextbox ? shapeTexts(bytes, record, depth + 1) : []
  })
}
