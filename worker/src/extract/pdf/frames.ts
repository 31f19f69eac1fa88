/** Frames of coordinates on a PDF page. All are points; on the screen the origin is top left. */
import type { Pdfium } from './pdfium.ts'

export type Box = { left: number; top: number; right: number; bottom: number }

/** From the page's own coordinates (origin bottom left, before rotation) to those of the shown page. */
export function screenOf(module: Pdfium, page: number, rect: number, width: number, height: number): (box: Box) => Box {
  let [left, bottom] = [0, 0]
  if (module._FPDF_GetPageBoundingBox(page, rect)) {
    left = module.HEAPF32[rect >> 2]!
    bottom = module.HEAPF32[(rect >> 2) + 3]!
  }
  const rotation = module._FPDFPage_GetRotation(page)
  return (box) => {
    const [x1, x2, y1, y2] = [box.left - left, box.right - left, box.bottom - bottom, box.top - bottom]
    if (rotation === 1) return { left: y1, right: y2, top: x1, bottom: x2 }
    if (rotation === 2) return { left: width - x2, right: width - x1, top: y1, bottom: y2 }
    if (rotation === 3) return { left: width - y2, right: width - y1, top: height - x2, bottom: height - x1 }
    return { left: x1, right: x2, top: height - y2, bottom: height - y1 }
  }
}

/** From the shown page to the frame in which text with so many quarter turns (against the clock) is upright. */
export function readingFrame(turn: number, width: number, height: number): (box: Box) => Box {
  if (turn === 1)
    return ({ left, top, right, bottom }) => ({ left: height - bottom, right: height - top, top: left, bottom: right })
  if (turn === 2)
    return ({ left, top, right, bottom }) => ({
      left: width - right,
      right: width - left,
      top: height - bottom,
      bottom: height - top,
    })
  if (turn === 3)
    return ({ left, top, right, bottom }) => ({ left: top, right: bottom, top: width - right, bottom: width - left })
  return (box) => box
}

/** Back from that frame to the shown page. */
export function shownFrame(turn: number, width: number, height: number): (box: Box) => Box {
  if (turn === 1)
    return ({ left, top, right, bottom }) => ({ left: top, right: bottom, top: height - right, bottom: height - left })
  if (turn === 2) return readingFrame(2, width, height)
  if (turn === 3)
    return ({ left, top, right, bottom }) => ({ left: width - bottom, right: width - top, top: left, bottom: right })
  return (box) => box
}
