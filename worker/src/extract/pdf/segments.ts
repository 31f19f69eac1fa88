/**
 * The words of a PDF page as segments: runs of characters on one line without a wide gap, each with its box,
 * in the order in which the page draws them.
 */
import { readingFrame, screenOf } from './frames.ts'
import type { Box } from './frames.ts'
import type { Pdfium } from './pdfium.ts'

/** Points in the frame of the text's own reading direction: x along the line, y down from line to line. */
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
  /** Quarter turns, against the clock, of the text on the shown page; 0 is upright. */
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

export function pageText(module: Pdfium, page: number, rect: number): PageText {
  const width = module._FPDF_GetPageWidthF(page)
  const height = module._FPDF_GetPageHeightF(page)
  const text = module._FPDFText_LoadPage(page)
  if (!text) return { width, height, segments: [], characters: 0, unmapped: 0 }
  try {
    const toScreen = screenOf(module, page, rect, width, height)
    const rotation = module._FPDFPage_GetRotation(page)
    const count = module._FPDFText_CountChars(text)
    const builder = new SegmentBuilder()
    const floats = rect >> 2
    let unmapped = 0
    let printed = 0
    let turn = -1
    let frame = readingFrame(0, width, height)
    for (let i = 0; i < count; i++) {
      const code = module._FPDFText_GetUnicode(text, i)
      if (code === 13 || code === 10) {
        builder.end()
        turn = -1
        continue
      }
      if (!module._FPDFText_GetLooseCharBox(text, i, rect)) continue
      if (turn < 0 && code > 32) {
        // One look a line: characters of one line share direction and, for headings, weight.
        // PDFium measures the angle with the clock.
        const angle = Math.max(0, module._FPDFText_GetCharAngle(text, i))
        turn = (12 - Math.round(angle / (Math.PI / 2)) - rotation) % 4
        frame = readingFrame(turn, width, height)
        builder.begin(turn, module._FPDFText_GetFontWeight(text, i) >= 600)
      }
      // FS_RECTF is left, top, right, bottom.
      const heap = module.HEAPF32
      builder.add(
        code,
        frame(
          toScreen({
            left: heap[floats]!,
            top: heap[floats + 1]!,
            right: heap[floats + 2]!,
            bottom: heap[floats + 3]!,
          }),
        ),
      )
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

const isRightToLeft = (code: number): boolean =>
  (code >= 0x590 && code <= 0x8ff) || (code >= 0xfb1d && code <= 0xfdff) || (code >= 0xfe70 && code <= 0xfefc)
const isLatin = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

const isDigit = (code: number): boolean => code >= 48 && code <= 57
/** Share of the line's height between two numbers from which they are two. */
export const closeNumbers = 0.4

class SegmentBuilder {
  readonly segments: Segment[] = []
  #codes: number[] = []
  #box: Box = { left: 0, top: 0, right: 0, bottom: 0 }
  /** Box of the character before. */
  #last: Box = this.#box
  #sizes = 0
  #printed = 0
  #hyphen = false
  #space = false
  #turn = 0
  #bold = false

  /** Says what is common to the characters that follow, until the line's end. */
  begin(turn: number, bold: boolean): void {
    this.#turn = turn
    this.#bold = bold
  }

  add(code: number, box: Box): void {
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
    const size = box.bottom - box.top
    if (this.#codes.length > 0 && this.#breaks(code, box, size)) this.end()
    if (this.#codes.length === 0) this.#box = { ...box }
    else this.#join(code, box)
    this.#space = false
    this.#hyphen = false
    this.#sizes += size
    this.#printed++
    // A ligature of a script from right to left comes out backwards, both parts in the same box.
    const before = this.#codes[this.#codes.length - 1]
    if (
      before !== undefined &&
      isRightToLeft(before) &&
      isRightToLeft(code) &&
      box.left === this.#last.left &&
      box.right === this.#last.right
    )
      this.#codes.splice(-1, 0, code)
    else this.#codes.push(code)
    this.#last = box
  }

  #join(code: number, box: Box): void {
    const before = this.#codes[this.#codes.length - 1]!
    // Where the direction of writing turns, PDFium measures the gap from the wrong side and misses it.
    const turns = (isRightToLeft(before) && isLatin(code)) || (isLatin(before) && isRightToLeft(code))
    if (this.#space || turns) this.#codes.push(32)
    const all = this.#box
    if (box.left < all.left) all.left = box.left
    if (box.right > all.right) all.right = box.right
    if (box.top < all.top) all.top = box.top
    if (box.bottom > all.bottom) all.bottom = box.bottom
  }

  /** A wide gap, or a step to another line, ends a segment. */
  #breaks(code: number, box: Box, size: number): boolean {
    const high = Math.max(size, this.#sizes / this.#printed)
    const middle = (box.top + box.bottom) / 2
    if (middle > this.#box.bottom + high * 0.3 || middle < this.#box.top - high * 0.3) return true
    const gap =
      box.left >= this.#last.right
        ? box.left - this.#last.right
        : this.#box.left >= box.right
          ? this.#box.left - box.right
          : 0
    // Numbers of neighbouring columns stand closer together than words may.
    return (
      gap >
      high *
        (isDigit(code) && isDigit(this.#codes[this.#codes.length - 1]!) && !this.#codes.some(isRightToLeft)
          ? closeNumbers
          : 1.1)
    )
  }

  end(): void {
    if (this.#codes.length > 0) {
      this.segments.push({
        text: textOfCodes(this.#codes),
        x: this.#box.left,
        y: this.#box.top,
        right: this.#box.right,
        bottom: this.#box.bottom,
        size: this.#sizes / this.#printed,
        bold: this.#bold,
        hyphen: this.#hyphen,
        turn: this.#turn,
      })
    }
    this.#codes = []
    this.#sizes = 0
    this.#printed = 0
    this.#hyphen = false
    this.#space = false
  }
}

const ligatures: Record<number, string> = {
  0xfb00: 'ff',
  0xfb01: 'fi',
  0xfb02: 'fl',
  0xfb03: 'ffi',
  0xfb04: 'ffl',
  0xfb05: 'st',
  0xfb06: 'st',
}

function textOfCodes(codes: number[]): string {
  let text = ''
  for (const code of codes) text += ligatures[code] ?? (code > 0x10ffff ? '' : String.fromCodePoint(code))
  return text
}
