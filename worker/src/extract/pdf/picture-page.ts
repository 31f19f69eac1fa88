/** Pages that are pictures: finds out, renders them, and has them read by OCR. */
import { recognize } from '../ocr/recognize.ts'
import { ocrBlocks } from '../ocr/blocks.ts'
import type { DraftPage } from '../reading.ts'
import { scratch } from './pdfium.ts'
import type { Pdfium } from './pdfium.ts'
import type { PageText } from './segments.ts'

const dotsPerInch = 300
/** Grey pixels a rendered page may have; an A4 page at 300 dpi has 8.7 million. */
const mostPixels = 12_000_000
const image = 3
const form = 5

/** True where pictures cover at least a third of the page. */
export function showsPicture(module: Pdfium, page: number, text: PageText): boolean {
  const objects = Math.min(module._FPDFPage_CountObjects(page), 5_000)
  let covered = 0
  scratch(module, 16, (pointer) => {
    for (let i = 0; i < objects; i++) {
      const object = module._FPDFPage_GetObject(page, i)
      const type = module._FPDFPageObj_GetType(object)
      if (type !== image && type !== form) continue
      if (!module._FPDFPageObj_GetBounds(object, pointer, pointer + 4, pointer + 8, pointer + 12)) continue
      const at = pointer >> 2
      const [left, bottom, right, top] = module.HEAPF32.subarray(at, at + 4)
      covered += Math.max(0, right! - left!) * Math.max(0, top! - bottom!)
    }
  })
  return covered > text.width * text.height * 0.3
}

export async function readPicturePage(module: Pdfium, page: number, text: PageText): Promise<DraftPage> {
  const scale = Math.min(dotsPerInch / 72, Math.sqrt(mostPixels / Math.max(1, text.width * text.height)))
  const width = Math.max(1, Math.round(text.width * scale))
  const height = Math.max(1, Math.round(text.height * scale))
  const grey = renderGrey(module, page, width, height)
  const words = await recognize(asPgm(grey, width, height))
  const blocks = ocrBlocks(words, 1 / scale, text)
  // The few characters the page has as text may be missing from the picture, as a stamp laid over it is.
  const read = blocks.map((each) => each.text).join(' ')
  const stamp = text.segments
    .filter((segment) => !read.includes(segment.text))
    .map((segment) => segment.text)
    .join(' ')
    .trim()
  if (stamp) blocks.push({ kind: 'note', text: stamp })
  return { ocr: true, blocks }
}

function renderGrey(module: Pdfium, page: number, width: number, height: number): Uint8Array {
  return scratch(module, width * height, (pointer) => {
    const bitmap = module._FPDFBitmap_CreateEx(width, height, 1, pointer, width)
    try {
      module._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff)
      // Annotations are drawn too: a stamp or a signature is part of the picture.
      module._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 1)
    } finally {
      module._FPDFBitmap_Destroy(bitmap)
    }
    return module.HEAPU8.slice(pointer, pointer + width * height)
  })
}

/** Portable grey map: the plainest picture format there is, read by the OCR engine without decoding. */
function asPgm(grey: Uint8Array, width: number, height: number): Uint8Array {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), grey])
}
