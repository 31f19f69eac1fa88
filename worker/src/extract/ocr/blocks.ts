/** Makes blocks of words read by OCR, with their places on the picture as it was given. */
import type { Block, Line } from '../shapes.ts'
import type { OcrPage, OcrWord } from './recognize.ts'

/** `scale` is points a pixel; `page` the size of the shown page in points. */
export function ocrBlocks(page: OcrPage, scale: number, size: { width: number; height: number }): Block[] {
  const paragraphs = new Map<string, OcrWord[][]>()
  for (const word of page.words) {
    if (word.confidence < 20) continue
    const key = `${word.block}/${word.paragraph}`
    const lines = paragraphs.get(key) ?? []
    paragraphs.set(key, lines)
    const line = lines[lines.length - 1]
    if (line && line[0]!.line === word.line) line.push(word)
    else lines.push([word])
  }
  return [...paragraphs.values()].flatMap((lines) => paragraphBlock(lines, page, scale, size))
}

function paragraphBlock(
  lines: OcrWord[][],
  page: OcrPage,
  scale: number,
  size: { width: number; height: number },
): Block[] {
  let text = ''
  const places: Line[] = []
  for (const words of lines) {
    const joined = words.map((word) => word.text).join(' ')
    // A word parted at the end of the line is put together again.
    const parted = /\p{L}-$/u.test(text) && /^\p{Ll}/u.test(joined)
    if (parted) text = text.slice(0, -1)
    else if (text) text += ' '
    places.push({ start: text.length, end: text.length + joined.length, ...boxOf(words, page, scale, size) })
    text += joined
  }
  return /[\p{L}\p{N}]/u.test(text) ? [{ kind: 'paragraph', text, lines: places }] : []
}

function boxOf(
  words: OcrWord[],
  page: OcrPage,
  scale: number,
  size: { width: number; height: number },
): Omit<Line, 'start' | 'end'> {
  const x = Math.min(...words.map((word) => word.left)) * scale
  const y = Math.min(...words.map((word) => word.top)) * scale
  const width = Math.max(...words.map((word) => word.left + word.width)) * scale - x
  const height = Math.max(...words.map((word) => word.top + word.height)) * scale - y
  const box = unturned({ x, y, width, height }, page.turned, size)
  const round = (value: number) => Math.round(value * 100) / 100
  return { x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) }
}

type Rect = { x: number; y: number; width: number; height: number }

/** From the picture as it was turned for reading back to the picture as it is shown, whose size is given. */
function unturned(
  { x, y, width, height }: Rect,
  turned: OcrPage['turned'],
  size: { width: number; height: number },
): Rect {
  switch (turned) {
    case 0:
      return { x, y, width, height }
    case 90:
      return { x: y, y: size.height - x - width, width: height, height: width }
    case 180:
      return { x: size.width - x - width, y: size.height - y - height, width, height }
    case 270:
      return { x: size.width - y - height, y: x, width: height, height: width }
  }
}
