import { expect, test } from 'vitest'
import type { Citation, Sentence } from '#lib/api/types.ts'
import { begin, citedBy, fold, stopped, wordsOf } from './fold.ts'

const citation = (number: number): Citation => ({
  number,
  available: true,
  documentId: null,
  title: 'Policy',
  format: 'pdf',
  version: 1,
  page: 2,
  pageUnit: 'page',
  pageLabel: null,
  passageId: String(number),
  quote: 'Before. The words. After.',
  start: 8,
  end: 18,
  updatedAt: null,
})
const sentence = (text: string, citations: number[] = []): Sentence => ({
  text,
  citations,
  support: 'supported',
  doubt: null,
})

test('a number without its citation is never shown, and numbers come in order without doubles', () => {
  expect(citedBy(sentence('a', [3, 1, 3, 9]), [citation(1), citation(3)]).map((one) => one.number)).toEqual([1, 3])
})

test('checked sentences take the place of the draft as they come', () => {
  let shown = fold(begin('q'), { kind: 'draft', text: 'One is so. Two is' })
  shown = fold(shown, { kind: 'draft', text: ' so too.' })
  shown = fold(shown, { kind: 'sentence', sentence: sentence('One is so.') })
  expect(shown.draft).toBe('Two is so too.')
  shown = fold(shown, { kind: 'sentence', sentence: sentence('Two is so too.') })
  expect(shown.draft).toBe('')
  expect(shown.sentences).toHaveLength(2)
})

test('a checked sentence that the draft does not hold leaves the draft alone', () => {
  const shown = fold({ ...begin('q'), draft: 'Other words.' }, { kind: 'sentence', sentence: sentence('A new one.') })
  expect(shown.draft).toBe('Other words.')
})

test('stopping keeps what was checked and drops what was not', () => {
  const shown = stopped({ ...begin('q'), sentences: [sentence('Checked.')], draft: 'unchecked' })
  expect([shown.status, shown.draft, shown.sentences.length]).toEqual(['stopped', '', 1])
})

test('a citation said twice is kept once', () => {
  const shown = fold(fold(begin('q'), { kind: 'citation', citation: citation(1) }), {
    kind: 'citation',
    citation: citation(1),
  })
  expect(shown.citations).toHaveLength(1)
})

test('the words of a citation are its part of the passage', () => {
  expect(wordsOf(citation(1))).toBe('The words.')
  expect(wordsOf({ ...citation(1), start: null })).toBeNull()
})
