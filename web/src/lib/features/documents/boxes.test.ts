import { expect, test } from 'vitest'
import { boxesOf } from './boxes.ts'

const block = {
  kind: 'paragraph' as const,
  text: 'first line\nsecond one',
  lines: [
    { start: 0, end: 10, x: 50, y: 100, width: 100, height: 12 },
    { start: 11, end: 21, x: 50, y: 116, width: 100, height: 12 },
  ],
}

test('a sentence over two printed lines gets a box on each, cut to its words', () => {
  expect(boxesOf(block, 6, 17)).toEqual([
    { x: 110, y: 100, width: 40, height: 12 },
    { x: 50, y: 116, width: 60, height: 12 },
  ])
})

test('without printed lines there is nothing to draw', () => {
  expect(boxesOf({ kind: 'paragraph', text: 'words' }, 0, 5)).toEqual([])
})
