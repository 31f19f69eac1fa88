import { describe, expect, it } from 'vitest'
import { LexicalIndex } from './lexical-index.ts'
import { postingsOf } from './postings.ts'
import { completions, correct, editDistance } from './spelling.ts'

const index = new LexicalIndex()
;['contract contract term', 'contract terms', 'Kündigung Müller', 'merger negotiations'].forEach((text, i) => {
  index.setDocument(i + 1, [{ id: i + 1, postings: postingsOf(text) }])
})
const all = index.view([1, 2, 3, 4])
const withoutMerger = index.view([1, 2, 3])

describe('correct', () => {
  it('offers the nearest word, for a missed, doubled, wrong or swapped letter', () => {
    for (const typed of ['contrct', 'conntract', 'contrakt', 'cotnract'])
      expect(correct(typed, index, all)).toBe('contract')
  })
  it('looks past accents', () => {
    expect(correct('kundigun', index, all)).toBe('kündigung')
  })
  it('never offers a word of documents the asker may not see', () => {
    expect(correct('mergerr', index, all)).toBe('merger')
    expect(correct('mergerr', index, withoutMerger)).toBeUndefined()
  })
  it('leaves short words and numbers alone', () => {
    expect(correct('trm', index, all)).toBeUndefined()
    expect(correct('4711', index, all)).toBeUndefined()
  })
})

describe('completions', () => {
  it('go on from what was typed, the most frequent first, from visible documents alone', () => {
    expect(completions('te', index, all, 5)).toEqual(['term', 'terms'])
    expect(completions('mer', index, all, 5)).toEqual(['merger'])
    expect(completions('mer', index, withoutMerger, 5)).toEqual([])
  })
})

describe('editDistance', () => {
  it.each([
    ['rent', 'rent', 0],
    ['rent', 'rant', 1],
    ['rent', 'ernt', 1],
    ['rent', 'tenr', 2],
    ['a', 'abcd', 3],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b, 5)).toBe(distance)
  })
  it('stops counting beyond the limit', () => {
    expect(editDistance('contract', 'kitchen', 2)).toBe(3)
  })
})
