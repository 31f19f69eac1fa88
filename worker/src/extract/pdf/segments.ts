/**
 * The words of a PDF page as segments: runs of characters on one line without a wide gap, each with its box,
 * in the order in which the page draws them.
 */
import type { Pdfium } from './pdfium.ts'

/** Points, origin top left, as the page is shown. */
export type Segment = {
  text: string
  x: number
  y: number
  right: number
  bottom: number
  /** Height of the font's line, points: larger for larger type. */
  size: number
  bold: boolean
  /** True where the page ends a line here with a hyphen that only parts a word. */
  hyphen: boolean
  /** 0 for upright text; 1, 2, 3 for quarter turns. */
  turn: number
}

export type PageText = {
  width: number
  height: number
  segments: Segment[]
  characters: number
  /** Characters for which the font does not say which letter they are. */
  unmapped: number
}

type Box = { left: number; bottom: number; right: number; top: number }

export function pageText(module: Pdfium, page: number, rect: number): PageText {
  const width = module._FPDF_GetPageWidthF(page)
  const height = module._FPDF_GetPageHeightF(page)
  const toScreen = screenOf(module, page, rect, width, height)
  const text = module._FPDFText_LoadPage(page)
  if (!text) return { width, height, segments: [], characters: 0, unmapped: 0 }
  try {
    const count = module._FPDFText_CountChars(text)
    const builder = new SegmentBuilder(module, text, toScreen)
    const floats = rect >> 2
    let unmapped = 0
    let printed = 0
    for (let i = 0; i < count; i++) {
      const code = module._FPDFText_GetUnicode(text, i)
      if (code === 13 || code === 10) {
        builder.end()
        continue
      }
      if (!module._FPDFText_GetLooseCharBox(text, i, rect)) continue
      // FS_RECTF is left, top, right, bottom.
      const heap = module.HEAPF32
      builder.add(i, code, heap[floats]!, heap[floats + 3]!, heap[floats + 2]!, heap[floats + 1]!)
      if (code > 32) {
        printed++
        if (printed % 16 === 0 && module._FPDFText_HasUnicodeMapError(text, i) === 1) unmapped += 16
      }
    }
    builder.end()
    return { width, height, segments: builder.segments, characters: printed, unmapped }
  } finally {
    module._FPDFText_ClosePage(text)
  }
}

/** From the page's own coordinates (origin bottom left, before rotation) to those of the shown page. */
function screenOf(module: Pdfium, page: number, rect: number, width: number, height: number): (box: Box) => Box {
  let [left, bottom] = [0, 0]
  if (module._FPDF_GetPageBoundingBox(page, rect)) {
    left = module.HEAPF32[rect >> 2]!
    bottom = module.HEAPF32[(rect >> 2) + 3]!
  }
  const rotation = module._FPDFPage_GetRotation(page)
  return box => {
    const [x1, x2, y1, y2] = [box.left - left, box.right - left, box.bottom - bottom, box.top - bottom]
    if (rotation === 1) return { left: y1, right: y2, top: x1, bottom: x2 }
    if (rotation === 2) return { left: width - x2, right: width - x1, top: y1, bottom: y2 }
    if (rotation === 3) return { left: width - y2, right: width - y1, top: height - x2, bottom: height - x1 }
    return { left: x1, right: x2, top: height - y2, bottom: height - y1 }
  }
}

class SegmentBuilder {
  readonly segments: Segment[] = []
  readonly #module: Pdfium
  readonly #page: number
  readonly #toScreen: (box: Box) => Box
  #codes: number[] = []
  #first = -1
  #left = 0
  #bottom = 0
  #right = 0
  #top = 0
  /** The edge where the next character is expected. */
  #edge = 0
  #sizes = 0
  #printed = 0
  #hyphen = false
  #space = false

  constructor(module: Pdfium, page: number, toScreen: (box: Box) => Box) {
    this.#module = module
    this.#page = page
    this.#toScreen = toScreen
  }

  add(index: number, code: number, left: number, bottom: number, right: number, top: number): void {
    if (code === 2 || code === 0xfffe) {
      // PDFium's mark for a hyphen that parts a word at the end of a line.
      this.#hyphen = true
      return
    }
    if (code === 32 || code === 0xa0 || code === 9 || code === 0) {
      this.#space = this.#codes.length > 0
      return
    }
    if (code < 32) return
    const size = top - bottom
    if (this.#codes.length > 0 && this.#breaks(left, bottom, right, top, size)) this.end()
    if (this.#codes.length === 0) {
      this.#first = index
      this.#left = left
      this.#bottom = bottom
      this.#right = right
      this.#top = top
    } else {
      if (this.#space) this.#codes.push(32)
      if (left < this.#left) this.#left = left
      if (right > this.#right) this.#right = right
      if (bottom < this.#bottom) this.#bottom = bottom
      if (top > this.#top) this.#top = top
    }
    this.#space = false
    this.#hyphen = false
    this.#edge = right
    this.#sizes += size
    this.#printed++
    this.#codes.push(code)
  }

  /** A wide gap, or a step to another line, ends a segment. Upright text only; turned text ends at PDFium's own breaks. */
  #breaks(left: number, bottom: number, right: number, top: number, size: number): boolean {
    const high = Math.max(size, this.#sizes / this.#printed)
    const wide = Math.max(this.#right - this.#left, right - left)
    const tall = this.#top - this.#bottom
    if (tall > wide * 1.5 && this.#codes.length > 2) return false
    const middle = (bottom + top) / 2
    if (middle > this.#top + high * 0.3 || middle < this.#bottom - high * 0.3) return true
    const gap = left >= this.#edge ? left - this.#edge : this.#left >= right ? this.#left - right : 0
    return gap > high * 1.1
  }

  end(): void {
    if (this.#codes.length > 0) {
      const box = this.#toScreen({ left: this.#left, bottom: this.#bottom, right: this.#right, top: this.#top })
      const angle = this.#module._FPDFText_GetCharAngle(this.#page, this.#first)
      this.segments.push({
        text: textOfCodes(this.#codes),
        x: box.left,
        y: box.top,
        right: box.right,
        bottom: box.bottom,
        size: this.#sizes / this.#printed,
        bold: this.#module._FPDFText_GetFontWeight(this.#page, this.#first) >= 600,
        hyphen: this.#hyphen,
        turn: Math.round((angle < 0 ? 0 : angle) / (Math.PI / 2)) % 4,
      })
    }
    this.#codes = []
    this.#sizes = 0
    this.#printed = 0
    this.#hyphen = false
    this.#space = false
  }
}

const ligatures: Record<number, string> = { 0xfb00: 'ff', 0xfb01: 'fi', 0xfb02: 'fl', 0xfb03: 'ffi', 0xfb04: 'ffl', 0xfb05: 'st', 0xfb06: 'st' }

function textOfCodes(codes: number[]): string {
  let text = ''
  for (const code of codes) text += ligatures[code] ?? (code > 0x10ffff ? '' : String.fromCodePoint(code))
  return text
}
