import { describe, expect, it } from 'vitest'
import { parseQuery, wordsOf } from './query.ts'

describe('parseQuery', () => {
  it('leaves a plain question as it is', () => {
    expect(parseQuery('Who signed the lease?')).toMatchObject({
      text: 'Who signed the lease?',
      phrases: [],
      excluded: [],
    })
  })
  it('reads phrases, exclusions and filters', () => {
    expect(
      parseQuery(
        'rent "notice period" -draft -"not final" type:PDF in:"Legal team" owner:ada tag:lease lang:DE after:2025 before:2026-03',
      ),
    ).toEqual({
      text: 'rent notice period',
      phrases: ['notice period'],
      excluded: ['draft', 'not final'],
      filters: {
        format: ['pdf'],
        collection: ['Legal team'],
        owner: ['ada'],
        tag: ['lease'],
        language: ['de'],
        after: '2025-01-01',
        before: '2026-03-01',
      },
    })
  })
  it('takes the quotes of German and of word processors for quotes', () => {
    expect(parseQuery('„fristlose Kündigung“').phrases).toEqual(['fristlose Kündigung'])
  })
  it('does not take a hyphen inside a word or number for an exclusion', () => {
    expect(parseQuery('follow-up AB-12 2020-21')).toMatchObject({ text: 'follow-up AB-12 2020-21', excluded: [] })
  })
  it('keeps what only looks like a filter', () => {
    expect(parseQuery('note: ratio 3:4 https://example.org after:tomorrow').text).toBe(
      'note: ratio 3:4 https://example.org after:tomorrow',
    )
  })
  it('survives an unclosed quote and lone operators', () => {
    expect(parseQuery('"open end - "" in:').text).toContain('end')
    expect(parseQuery('   ').text).toBe('')
  })
  it('refuses a date that does not exist', () => {
    expect(parseQuery('after:2025-02-30').filters.after).toBeUndefined()
  })
})

describe('wordsOf', () => {
  it('lets small words of any language weigh half and repeated words more', () => {
    expect(wordsOf('the lease und the lease')).toEqual([
      { term: 'the', weight: 1 },
      { term: 'lease', weight: 2 },
      { term: 'und', weight: 0.5 },
    ])
  })
})
