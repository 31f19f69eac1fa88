import { expect, test } from 'vitest'
import type { Mark, Page } from '#lib/api/types.ts'
import { narrow } from './narrow-marks.ts'
import { marksWithin, tableRows } from './table-cells.ts'

const page: Page = {
  number: 3,
  blocks: [
    { kind: 'heading', text: 'Rail' },
    { kind: 'paragraph', text: 'Before. First class is allowed\nafter three hours (a+b). After.' },
  ],
}
const whole: Mark = { page: 3, block: 1, start: 0, end: 62, boxes: [] }

test('the mark narrows to the sentence, over a line break and signs of regular expressions', () => {
  expect(narrow([whole], [page], 'First class is allowed after three hours (a+b).')).toEqual([
    { ...whole, start: 8, end: 55 },
  ])
})

test('words that do not stand there leave the passage marked', () => {
  expect(narrow([whole], [page], 'Other words.')).toEqual([whole])
  expect(narrow([whole], [page], null)).toEqual([whole])
})

test('marks of a table fall on its cells', () => {
  const text = 'Country\tMeals\nGermany\t28 €'
  const rows = tableRows(text)
  expect(rows.map((row) => row.map((cell) => cell.text))).toEqual([
    ['Country', 'Meals'],
    ['Germany', '28 €'],
  ])
  const mark = [{ start: text.indexOf('Germany'), end: text.length }]
  expect(rows.flat().map((cell) => marksWithin(mark, cell.start, cell.text.length).length)).toEqual([0, 0, 1, 1])
})
