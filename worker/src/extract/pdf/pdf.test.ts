import { describe, expect, test } from 'vitest'
import { makePdf } from '../../../test/make-files.ts'
import type { PdfLine } from '../../../test/make-files.ts'
import { outline, readSample } from '../../../test/read-sample.ts'

const prose = (x: number, y: number, lines: string[]): PdfLine[] => lines.map((text, i) => ({ x, y: y - i * 13, text }))

describe('a PDF', () => {
  test('keeps headings by size of type, joins lines of a paragraph, and says where each line stands', async () => {
    const { pages } = await readSample(
      makePdf([
        [
          { x: 72, y: 760, size: 20, text: 'Annual report' },
          ...prose(72, 720, ['The first line of the text', 'and its second line.']),
        ],
      ]),
    )
    const [heading, paragraph] = pages[0]!.blocks
    expect(heading).toMatchObject({ kind: 'heading', level: 1, text: 'Annual report' })
    expect(paragraph).toMatchObject({ kind: 'paragraph', text: 'The first line of the text and its second line.' })
    const [first, second] = paragraph!.lines!
    expect(paragraph!.text.slice(second!.start, second!.end)).toBe('and its second line.')
    // 720 points from below on a page of 842 is about 122 from above; the box reaches from ascender to descender.
    expect(first!.x).toBeCloseTo(72, 0)
    expect(first!.y).toBeGreaterThan(842 - 720 - 13)
    expect(first!.y + first!.height).toBeLessThan(842 - 720 + 5)
    expect(second!.y - first!.y).toBeCloseTo(13, 0)
  })

  test('reads two columns one after the other, even where they were drawn line by line', async () => {
    const left = ['Left column begins with', 'words that go on here', 'and further down here', 'until it is complete.']
    const right = ['Right column begins with', 'other words to be read', 'when the left one is', 'at its end.']
    const lines = left.flatMap((text, i): PdfLine[] => [
      { x: 60, y: 700 - i * 13, text },
      { x: 320, y: 700 - i * 13, text: right[i]! },
    ])
    const text = outline(await readSample(makePdf([lines]))).join(' ')
    expect(text.indexOf('until it is complete.')).toBeLessThan(text.indexOf('Right column begins'))
  })

  test('keeps the cells of a table in their rows, also where a cell is empty', async () => {
    const cells = [
      ['Item', 'Pieces', 'Price'],
      ['Bread', '2', '3.40'],
      ['Milk', '', '1.20'],
      ['Salt', '1', '0.50'],
    ]
    const lines = cells.flatMap((row, y) =>
      row.flatMap((text, x): PdfLine[] => (text ? [{ x: 72 + x * 120, y: 700 - y * 16, text }] : [])),
    )
    expect(outline(await readSample(makePdf([lines])))).toEqual([
      'table Item\tPieces\tPrice\nBread\t2\t3.40\nMilk\t\t1.20\nSalt\t1\t0.50',
    ])
  })

  test.each([0, 90, 180, 270])(
    'turned by %i degrees is read the same, with boxes on the shown page',
    async (rotate) => {
      const { pages } = await readSample(
        makePdf([prose(72, 700, ['A page that is turned', 'reads like any other.'])], { rotate }),
      )
      const { width, height, blocks } = pages[0]!
      expect([width, height]).toEqual(rotate % 180 === 0 ? [595, 842] : [842, 595])
      expect(blocks.map((block) => block.text)).toEqual(['A page that is turned reads like any other.'])
      for (const line of blocks[0]!.lines!) {
        expect(line.x).toBeGreaterThanOrEqual(0)
        expect(line.y).toBeGreaterThanOrEqual(0)
        expect(line.x + line.width).toBeLessThanOrEqual(width!)
        expect(line.y + line.height).toBeLessThanOrEqual(height!)
      }
    },
  )

  test('of more pages than allowed is refused', async () => {
    await expect(readSample(makePdf([[], [], []]), 'a.pdf', { pages: 2 })).rejects.toMatchObject({
      code: 'too_many_pages',
    })
  })
})
