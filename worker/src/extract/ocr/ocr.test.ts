import { describe, expect, test } from 'vitest'
import { makePdf } from '../../../test/make-files.ts'
import { readSample } from '../../../test/read-sample.ts'
import { enlargedGrey } from './enlarge.ts'
import { withDocument } from '../pdf/pdfium.ts'
import type { Pdfium } from '../pdf/pdfium.ts'
import { makeTiff } from '../../../test/make-pictures.ts'
import type { Grey } from '../../../test/make-pictures.ts'

const words = 'The quick brown fox jumps over the lazy dog'

/** A picture of a PDF page with a few lines of large type. */
async function picture(dotsPerInch: number, text = words): Promise<Grey> {
  const pdf = makePdf([
    Array.from({ length: 4 }, (_, i) => ({ x: 60, y: 700 - i * 40, size: 20, text: i === 0 ? text : words })),
  ])
  return withDocument(pdf, async (module: Pdfium, document) => {
    const page = module._FPDF_LoadPage(document, 0)
    const [width, height] = [Math.round((595 * dotsPerInch) / 72), Math.round((842 * dotsPerInch) / 72)]
    const pointer = module._malloc(width * height)
    const bitmap = module._FPDFBitmap_CreateEx(width, height, 1, pointer, width)
    module._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff)
    module._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0)
    const pixels = module.HEAPU8.slice(pointer, pointer + width * height)
    module._FPDFBitmap_Destroy(bitmap)
    module._free(pointer)
    module._FPDF_ClosePage(page)
    return { width, height, pixels }
  })
}

function turned({ width, height, pixels }: Grey): Grey {
  const out = new Uint8Array(pixels.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) out[x * height + (height - 1 - y)] = pixels[y * width + x]!
  return { width: height, height: width, pixels: out }
}

describe('a scan', () => {
  test(
    'of several pages, each turned another way, is read, with boxes on the page as it lies',
    { timeout: 120_000 },
    async () => {
      const upright = await picture(150)
      const right = turned(upright)
      const head = turned(right)
      const pages = [upright, right, head, turned(head)]
      const extraction = await readSample(makeTiff(pages), 'scan.tif')
      expect(extraction.pages).toHaveLength(4)
      for (const [i, page] of extraction.pages.entries()) {
        expect(page.ocr).toBe(true)
        expect(page.blocks.map((block) => block.text).join(' ')).toContain(words)
        expect([page.width, page.height]).toEqual([pages[i]!.width, pages[i]!.height])
        for (const line of page.blocks.flatMap((block) => block.lines ?? [])) {
          // The words stand in the upper third of the page before it was turned.
          const middle = [(line.x + line.width / 2) / page.width!, (line.y + line.height / 2) / page.height!]
          const up = [middle[1]!, 1 - middle[0]!, 1 - middle[1]!, middle[0]!][i]!
          expect(up).toBeGreaterThan(0.1)
          expect(up).toBeLessThan(0.4)
        }
      }
    },
  )

  test('of 50 dots per inch is enlarged and read', { timeout: 60_000 }, async () => {
    const extraction = await readSample(makeTiff([await picture(50)]), 'small.tif')
    expect(extraction.pages[0]!.blocks.map((block) => block.text).join(' ')).toContain('quick brown fox')
  })
})

test('a PNG that is not the plain grey one of the engine is not enlarged', () => {
  expect(enlargedGrey(new Uint8Array(40), 2)).toBeUndefined()
})
