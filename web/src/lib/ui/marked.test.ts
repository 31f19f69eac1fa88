import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pieces } from './marked.ts'

test('marks cut the text, and overlapping marks become one', () => {
  expect(
    pieces('one two three', [
      { start: 4, end: 7 },
      { start: 5, end: 9 },
    ]),
  ).toEqual([
    { text: 'one ', marked: false },
    { text: 'two t', marked: true },
    { text: 'hree', marked: false },
  ])
})

test('whatever the marks, the text stays whole and a character is marked exactly if a mark covers it', () => {
  const mark = fc.record({ start: fc.integer({ min: -3, max: 30 }), end: fc.integer({ min: -3, max: 30 }) })
  fc.assert(
    fc.property(fc.string({ maxLength: 24 }), fc.array(mark, { maxLength: 6 }), (text, marks) => {
      const cut = pieces(text, marks)
      expect(cut.map((piece) => piece.text).join('')).toBe(text)
      const marked = cut.flatMap((piece) => Array<boolean>(piece.text.length).fill(piece.marked))
      const covered = Array.from({ length: text.length }, (_, at) =>
        marks.some((one) => one.start <= at && at < one.end),
      )
      expect(marked).toEqual(covered)
    }),
  )
})
