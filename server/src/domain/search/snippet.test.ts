import { describe, expect, it } from 'vitest'
import { makeSnippet } from './snippet.ts'

const marked = (
  text: string,
  weights: Record<string, number>,
  phrases: string[] = [],
  language: string | null = 'en',
): { text: string; words: string[] } => {
  const snippet = makeSnippet(text, { weights: new Map(Object.entries(weights)), phrases }, language)
  return { text: snippet.text, words: snippet.marks.map(({ start, end }) => snippet.text.slice(start, end)) }
}
const lease = 'The house is old. The tenants pay the rent monthly. Notice is given in writing. The garden is large.'

describe('makeSnippet', () => {
  it('shows the sentences that hold most of the question and marks its words in any form', () => {
    const { text, words } = marked(lease, { tenant: 3, notice: 3 })
    expect(text).toBe('The tenants pay the rent monthly. Notice is given in writing.')
    expect(words).toEqual(['tenants', 'Notice'])
  })
  it('prefers the sentence with the quoted phrase', () => {
    const { text, words } = marked(lease, { rent: 1, house: 9, garden: 9, large: 1 }, ['garden is large'])
    expect(text).toContain('The garden is large.')
    expect(words).toContain('garden is large')
  })
  it('cuts an endless sentence around the found word', () => {
    const { text, words } = marked(`${'filler words here '.repeat(60)}needle ${'and more words '.repeat(60)}`, {
      needle: 1,
    })
    expect(text.length).toBeLessThanOrEqual(320)
    expect(words).toEqual(['needle'])
  })
  it('shows the beginning where the words do not occur', () => {
    expect(marked(lease, { mortgage: 1 })).toEqual({ text: 'The house is old.', words: [] })
  })
  it('does not leave a heading alone', () => {
    const passage = 'Costs\nThe mooring fee is 40 euros a night. Water is free.'
    expect(marked(passage, { costs: 1 })).toEqual({
      text: 'Costs\nThe mooring fee is 40 euros a night.',
      words: ['Costs'],
    })
  })
  it('joins marks that touch, as pairs of Chinese letters do', () => {
    expect(marked('公司缴纳税款。', { 缴纳: 1, 纳税: 1, 税款: 1 }, [], 'zh').words).toEqual(['缴纳税款'])
  })
})
