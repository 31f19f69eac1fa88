/** Reads pictures by OCR: PNG, JPEG, and TIFF with all its pages. */
import { mediaTypes } from '../media-types.ts'
import { damaged } from '../reading.ts'
import type { Draft, DraftPage, Reading } from '../reading.ts'
import { ExtractionError } from '../shapes.ts'
import { ocrBlocks } from './blocks.ts'
import { enlargement } from './enlarge.ts'
import { jpegSize, pngSize, tiffPage, tiffPages } from './picture-size.ts'
import type { PictureSize } from './picture-size.ts'
import { recognize } from './recognize.ts'

/** A2 at 300 dpi has 35 million pixels. */
const mostPixels = 40_000_000

export async function readImage(format: 'png' | 'jpeg' | 'tiff', bytes: Uint8Array, reading: Reading): Promise<Draft> {
  const pages = format === 'tiff' ? await tiff(bytes, reading) : [await single(format, bytes, reading)]
  return { format, mediaType: mediaTypes[format], pageUnit: 'page', pages }
}

async function single(format: 'png' | 'jpeg', bytes: Uint8Array, reading: Reading): Promise<DraftPage> {
  const size = format === 'png' ? pngSize(bytes) : jpegSize(bytes)
  if (!size) throw damaged('a picture')
  reading.pages(1)
  return picturePage(bytes, size)
}

async function tiff(bytes: Uint8Array, reading: Reading): Promise<DraftPage[]> {
  const found = tiffPages(bytes)
  if (found.length === 0) throw damaged('a TIFF picture')
  reading.pages(found.length)
  const pages: DraftPage[] = []
  for (const [i, page] of found.entries()) {
    pages.push(await picturePage(found.length === 1 ? bytes : tiffPage(bytes, page), page))
    reading.progress(i + 1, found.length)
  }
  return pages
}

/** The page is measured in pixels of the picture, one point each. */
async function picturePage(bytes: Uint8Array, size: PictureSize): Promise<DraftPage> {
  if (size.width < 1 || size.height < 1) throw damaged('a picture')
  if (size.width * size.height > mostPixels) {
    throw new ExtractionError(
      'too_large_unpacked',
      `The picture has ${size.width} × ${size.height} pixels, more than the ${mostPixels / 1e6} million that are read. Save it smaller (300 dots per inch are enough) and upload that.`,
    )
  }
  const words = await recognize(bytes, enlargement(size.width, size.height))
  // The engine says how large the picture was that it read, which may have been turned and enlarged.
  const scale = Math.max(size.width, size.height) / Math.max(words.width, words.height, 1)
  return { ocr: true, width: size.width, height: size.height, blocks: ocrBlocks(words, scale, size) }
}
