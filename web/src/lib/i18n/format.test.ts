import { expect, test } from 'vitest'
import { formatBytes, formatDay, formatDuration, formatLanguage, formatRelative } from './format.ts'

const now = new Date('2026-11-24T12:00:00Z')
const plain = (text: string) => text.replace(/\s/gu, ' ')

test('sizes are said in the largest sensible unit of the reader', () => {
  expect(plain(formatBytes(999, 'en'))).toBe('999 byte')
  expect(plain(formatBytes(1536, 'en'))).toBe('1.5 kB')
  expect(plain(formatBytes(1536, 'de'))).toBe('1,5 kB')
  expect(plain(formatBytes(2.5e9, 'en'))).toBe('2.5 GB')
})

test('a moment is said relative to now within a week, and as a day after that', () => {
  expect(formatRelative('2026-11-24T11:59:50Z', 'en', now, 'just now')).toBe('just now')
  expect(formatRelative('2026-11-24T11:55:00Z', 'en', now, 'just now')).toBe('5 minutes ago')
  expect(formatRelative('2026-11-23T12:00:00Z', 'de', now, 'eben')).toBe('gestern')
  expect(formatRelative('2026-11-27T12:00:00Z', 'en', now, 'just now')).toBe('in 3 days')
  expect(formatRelative('2026-03-01T12:00:00Z', 'en-GB', now, 'just now')).toBe('1 Mar')
})

test('the year is said when it is another one', () => {
  expect(formatDay('2025-03-01T12:00:00Z', 'en-GB', now)).toBe('1 Mar 2025')
  expect(formatDay('2025-03-01T12:00:00Z', 'de', now)).toBe('1. März 2025')
})

test('a span is rounded up to its own unit and never nothing', () => {
  expect(plain(formatDuration(0, 'en'))).toBe('1 sec')
  expect(plain(formatDuration(61, 'en'))).toBe('2 min')
  expect(plain(formatDuration(7200, 'en'))).toBe('2 hr')
})

test('an unknown language tag stays as it is', () => {
  expect(formatLanguage('de', 'en')).toBe('German')
  expect(formatLanguage('not a tag', 'en')).toBe('not a tag')
})
