import { expect, test } from 'vitest'
import { hasFilters, readAddress, toggled, writeAddress, yearOf } from './address.ts'
import { isQuestion } from './question.ts'

test('a question mark of any script asks', () => {
  for (const text of ['Vacation days?', 'ما هي قواعد السلامة؟', '出張の規定は？'])
    expect(isQuestion(text), text).toBe(true)
})

test('a question word asks when it goes on, in both languages', () => {
  expect(isQuestion('when may I travel first class')).toBe(true)
  expect(isQuestion('welche Vertragsstrafe gilt bei Verzug')).toBe(true)
  expect(isQuestion('how to')).toBe(false)
  expect(isQuestion('travel policy first class train')).toBe(false)
})

test('a search survives the way into its address and back', () => {
  const query = {
    q: 'a "b c" -d',
    mode: 'lexical' as const,
    format: ['pdf', 'docx'],
    tag: ['x & y'],
    after: '2026-01-01',
    before: '2026-12-31',
    limit: 20,
    offset: 40,
  }
  const address = writeAddress(query, { page: 3 })
  expect(readAddress(new URL(address, 'http://x').searchParams)).toEqual(query)
})

test('a changed filter goes back to the first page', () => {
  expect(
    readAddress(new URL(writeAddress({ q: 'a', offset: 40 }, { format: ['pdf'] }), 'http://x').searchParams).offset,
  ).toBe(0)
})

test('nonsense in an address is left out', () => {
  expect(readAddress(new URLSearchParams('q=a&mode=odd&after=yesterday&page=-4'))).toEqual({
    q: 'a',
    limit: 20,
    offset: 0,
  })
})

test('filters are told from their absence, and a year from other ranges', () => {
  expect(hasFilters({ q: 'a' })).toBe(false)
  expect(hasFilters({ q: 'a', owner: ['x'] })).toBe(true)
  expect(yearOf({ q: '', after: '2026-01-01', before: '2026-12-31' })).toBe('2026')
  expect(yearOf({ q: '', after: '2026-01-02', before: '2026-12-31' })).toBeNull()
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
})
