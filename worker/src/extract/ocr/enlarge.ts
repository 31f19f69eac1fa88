/**
 * Makes small pictures larger before OCR: letters of a screenshot or of a page scanned at 72 dots per inch are too
 * small for the engine, which wants capitals about 30 pixels high.
 */
import { inflateSync } from 'node:zlib'

/** Pictures whose longer side has fewer pixels than this are enlarged. */
const smallSide = 1_600
const wantedSide = 2_600

/** How many times larger the picture should be; 1 for those large enough. */
export function enlargement(width: number, height: number): number {
  const side = Math.max(width, height)
  return side >= smallSide ? 1 : Math.min(4, wantedSide / side)
}

/** Enlarges a grey PNG of eight bits (as the OCR engine writes it) and returns a portable grey map; undefined for other PNGs. */
export function enlargedGrey(png: Uint8Array, factor: number): Uint8Array | undefined {
  const picture = decodeGrey(png)
  if (!picture) return undefined
  const { width, height, pixels } = picture
  const wide = Math.round(width * factor)
  const high = Math.round(height * factor)
  const head = Buffer.from(`P5\n${wide} ${high}\n255\n`, 'latin1')
  const out = Buffer.alloc(head.length + wide * high)
  head.copy(out)
  let at = head.length
  for (let y = 0; y < high; y++) {
    const sourceY = Math.min(height - 1, Math.max(0, (y + 0.5) / factor - 0.5))
    const top = Math.floor(sourceY)
    const down = sourceY - top
    const upper = top * width
    const lower = Math.min(height - 1, top + 1) * width
    for (let x = 0; x < wide; x++) {
      const sourceX = Math.min(width - 1, Math.max(0, (x + 0.5) / factor - 0.5))
      const left = Math.floor(sourceX)
      const right = Math.min(width - 1, left + 1)
      const across = sourceX - left
      const above = pixels[upper + left]! * (1 - across) + pixels[upper + right]! * across
      const below = pixels[lower + left]! * (1 - across) + pixels[lower + right]! * across
      out[at++] = above * (1 - down) + below * down
    }
  }
  return out
}

function decodeGrey(png: Uint8Array): { width: number; height: number; pixels: Uint8Array } | undefined {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  if (png.length < 33) return undefined
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const [depth, colour, interlaced] = [png[24], png[25], png[28]]
  if (depth !== 8 || colour !== 0 || interlaced !== 0 || width * height > smallSide * smallSide) return undefined
  const parts: Uint8Array[] = []
  for (let at = 8; at + 12 <= png.length;) {
    const length = view.getUint32(at)
    if (Buffer.from(png.subarray(at + 4, at + 8)).toString('latin1') === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  const raw = inflateSync(Buffer.concat(parts), { maxOutputLength: (width + 1) * height })
  return { width, height, pixels: unfiltered(raw, width, height) }
}

/** Undoes the filters of PNG rows (none, left, up, mean, Paeth). */
function unfiltered(raw: Uint8Array, width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (width + 1)]!
    const row = y * width
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? pixels[row + x - 1]! : 0
      const up = y > 0 ? pixels[row - width + x]! : 0
      const corner = x > 0 && y > 0 ? pixels[row - width + x - 1]! : 0
      const guess =
        filter === 1
          ? left
          : filter === 2
            ? up
            : filter === 3
              ? (left + up) >> 1
              : filter === 4
                ? paeth(left, up, corner)
                : 0
      pixels[row + x] = raw[y * (width + 1) + 1 + x]! + guess
    }
  }
  return pixels
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
