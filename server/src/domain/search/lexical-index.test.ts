import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bm25, LexicalIndex } from './lexical-index.ts'
import { decodePostings, encodePostings, postingsOf } from './postings.ts'
import { wordsOf } from './query.ts'

const indexOf = (documents: Record<number, string[]>, titles: Record<number, string> = {}): LexicalIndex => {
  const index = new LexicalIndex()
  for (const [no, texts] of Object.entries(documents)) {
    index.setDocument(
      Number(no),
      texts.map((text, i) => ({ id: Number(no) * 100 + i, postings: postingsOf(text) })),
      titles[Number(no)],
    )
  }
  return index
}
const ask = (index: LexicalIndex, question: string, visible: number[], filtered?: number[], limit = 10) =>
  index.search(wordsOf(question), index.view(visible, filtered), { limit })
const found = (...parameters: Parameters<typeof ask>): number[] => ask(...parameters).hits.map((hit) => hit.passageId)

describe('LexicalIndex', () => {
  it('scores by BM25 as published', () => {
    const index = indexOf({ 1: ['kiwi apple apple'], 2: ['apple pear plum fig'], 3: ['pear'] })
    const { k1, b } = bm25
    const mean = (3 + 4 + 1) / 3
    const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    const score = (tf: number, length: number): number =>
      (idf * tf * (k1 + 1)) / (tf + k1 * (1 - b + (b * length) / mean))
    const { hits } = ask(index, 'apple', [1, 2, 3])
    expect(hits.map((hit) => hit.passageId)).toEqual([100, 200])
    expect(hits[0]!.score).toBeCloseTo(score(2, 3), 5)
    expect(hits[1]!.score).toBeCloseTo(score(1, 4), 5)
  })

  it('meets another form of the word in the language of the passage, and the very form first', () => {
    const index = indexOf({
      1: ['The invoices of the year are with the tax office and they will be kept.'],
      2: ['The invoice of the year is with the tax office and it will be kept.'],
      3: ['Die Rechnungen des Jahres sind bei der Behörde und werden dort nicht geprüft.'],
    })
    expect(found(index, 'invoice', [1, 2, 3])).toEqual([200, 100])
    expect(found(index, 'Rechnung', [1, 2, 3])).toEqual([300])
  })

  it('finds "Müller" for somebody who has no ü on the keyboard', () => {
    expect(found(indexOf({ 1: ['Müller'], 2: ['Maier'] }), 'muller', [1, 2])).toEqual([100])
  })

  it('finds one letter of Chinese inside its pairs', () => {
    expect(found(indexOf({ 1: ['缴纳税款'], 2: ['天气很好'] }), '税', [1, 2])).toEqual([100])
  })

  it('counts the words of the title as words of each passage, and of the new title after a rename', () => {
    const index = indexOf({ 1: ['alpha', 'beta'] }, { 1: 'Lisbon' })
    expect(found(index, 'lisbon', [1])).toEqual([100, 101])
    index.setDocument(1, [{ id: 100, postings: postingsOf('alpha') }], 'Porto')
    expect(found(index, 'lisbon', [1])).toEqual([])
    expect(found(index, 'porto', [1])).toEqual([100])
  })

  it('forgets a removed document at once, also after compaction', () => {
    const index = indexOf({ 1: ['apple'], 2: ['apple'], 3: ['plum'] })
    index.removeDocument(1)
    expect(found(index, 'apple', [1, 2, 3])).toEqual([200])
    expect(index.isCurrent(100)).toBe(false)
    index.compact()
    expect(found(index, 'apple', [1, 2, 3])).toEqual([200])
    expect(found(index, 'plum', [1, 2, 3])).toEqual([300])
    index.setDocument(4, [{ id: 400, postings: postingsOf('apple pie') }])
    expect(found(index, 'apple', [1, 2, 3, 4])).toEqual([200, 400])
  })

  it('refuses a view made before a change', () => {
    const index = indexOf({ 1: ['apple'] })
    const view = index.view([1])
    index.setDocument(2, [{ id: 200, postings: postingsOf('apple') }])
    expect(() => index.search(wordsOf('apple'), view, { limit: 1 })).toThrow('changed')
  })

  const word = fc.constantFrom('apple', 'pear', 'plum', 'fig', 'kiwi', 'lime')
  const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '))
  const documents = fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 })

  it('answers as if hidden documents did not exist: same hits, same scores, same counts', () => {
    fc.assert(
      fc.property(documents, text, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (texts, question, mask) => {
        const all = Object.fromEntries(texts.map((passages, i) => [i + 1, passages]))
        const seen = Object.fromEntries(Object.entries(all).filter(([no]) => mask[Number(no) - 1]))
        const numbers = Object.keys(seen).map(Number)
        expect(ask(indexOf(all), question, numbers)).toEqual(ask(indexOf(seen), question, numbers))
      }),
    )
  })

  it('only leaves out by a filter: what stays keeps its score and order', () => {
    fc.assert(
      fc.property(documents, text, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (texts, question, mask) => {
        const index = indexOf(Object.fromEntries(texts.map((passages, i) => [i + 1, passages])))
        const visible = texts.map((_, i) => i + 1)
        const filtered = visible.filter((no) => mask[no - 1])
        const kept = ask(index, question, visible, undefined, 100).hits.filter((hit) =>
          filtered.includes(hit.documentNo),
        )
        expect(ask(index, question, visible, filtered, 100).hits).toEqual(kept)
      }),
    )
  })

  it('returns the best k of all, however many there are', () => {
    fc.assert(
      fc.property(documents, text, fc.integer({ min: 1, max: 5 }), (texts, question, limit) => {
        const index = indexOf(Object.fromEntries(texts.map((passages, i) => [i + 1, passages])))
        const visible = texts.map((_, i) => i + 1)
        expect(found(index, question, visible, undefined, limit)).toEqual(
          found(index, question, visible, undefined, 100).slice(0, limit),
        )
      }),
    )
  })
})

describe('postings', () => {
  it('come back from bytes as they went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        expect(decodePostings(encodePostings(text))).toEqual(postingsOf(text))
      }),
    )
  })
  it('of another tokeniser are not read', () => {
    const bytes = encodePostings('apple')
    bytes[0] = 0
    expect(decodePostings(bytes)).toBeUndefined()
  })
})
