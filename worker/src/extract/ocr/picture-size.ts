/** Sizes of pictures from their headers, so that nothing is decoded that would flood the memory. */

export type PictureSize = { width: number; height: number; dotsPerInch?: number }

export function pngSize(bytes: Uint8Array): PictureSize | undefined {
  const view = viewOf(bytes)
  if (bytes.length < 33 || view.getUint32(12) !== 0x49484452) return undefined
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

/** The frame header (SOF) of a JPEG. */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  const view = viewOf(bytes)
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) {
      at++
      continue
    }
    const marker = bytes[at + 1]!
    if (marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd9)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** Offsets and sizes of the pictures of a TIFF (its image file directories). A loop in the chain ends it. */
export function tiffPages(bytes: Uint8Array): (PictureSize & { offset: number; next: number })[] {
  const view = viewOf(bytes)
  const little = bytes[0] === 0x49
  const pages: (PictureSize & { offset: number; next: number })[] = []
  const seen = new Set<number>()
  let offset = view.getUint32(4, little)
  while (offset > 0 && offset + 2 <= bytes.length && !seen.has(offset) && pages.length < 100_000) {
    seen.add(offset)
    const count = view.getUint16(offset, little)
    const end = offset + 2 + count * 12
    if (end + 4 > bytes.length) break
    const page = { width: 0, height: 0, offset, next: end }
    for (let i = 0; i < count; i++) {
      const at = offset + 2 + i * 12
      const tag = view.getUint16(at, little)
      const value =
        view.getUint16(at + 2, little) === 3 ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little)
      if (tag === 256) page.width = value
      if (tag === 257) page.height = value
    }
    pages.push(page)
    offset = view.getUint32(end, little)
  }
  return pages
}

/** The TIFF as if the picture at `offset` were its only one. */
export function tiffPage(bytes: Uint8Array, page: { offset: number; next: number }): Uint8Array {
  const copy = new Uint8Array(bytes)
  const view = viewOf(copy)
  const little = copy[0] === 0x49
  view.setUint32(4, page.offset, little)
  view.setUint32(page.next, 0, little)
  return copy
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
