import { describe, expect, it } from 'vitest'
import { fuse } from './fusion.ts'

const order = (hits: { id: number }[]): number[] => hits.map(({ id }) => id)

describe('fuse', () => {
  it('lets a clear hit by words win over the best by meaning', () => {
    const hits = fuse(
      [{ id: 1, share: 0.6 }],
      [
        { id: 2, similarity: 0.8 },
        { id: 3, similarity: 0.7 },
      ],
    )
    expect(order(hits)).toEqual([1, 2, 3])
  })
  it('does not let chance words drown meaning: a question in another language', () => {
    const words = [
      { id: 9, share: 0.06 },
      { id: 8, share: 0.05 },
    ]
    const hits = fuse(words, [
      { id: 2, similarity: 0.86 },
      { id: 3, similarity: 0.84 },
      { id: 9, similarity: 0.78 },
    ])
    expect(order(hits).slice(0, 2)).toEqual([2, 3])
  })
  it('keeps the order of words where there is no meaning, and of meaning where there are no words', () => {
    expect(
      order(
        fuse(
          [
            { id: 1, share: 0.5 },
            { id: 2, share: 0.1 },
          ],
          [],
        ),
      ),
    ).toEqual([1, 2])
    expect(
      order(
        fuse(
          [],
          [
            { id: 5, similarity: 0.9 },
            { id: 4, similarity: 0.2 },
          ],
        ),
      ),
    ).toEqual([5, 4])
  })
  it('says which half found a passage', () => {
    expect(fuse([{ id: 1, share: 0.5 }], [{ id: 1, similarity: 0.9 }])).toMatchObject([
      { id: 1, byWords: true, byMeaning: true },
    ])
  })
  it('orders equal scores by id', () => {
    expect(
      order(
        fuse(
          [
            { id: 7, share: 0.2 },
            { id: 3, share: 0.2 },
          ],
          [],
        ),
      ),
    ).toEqual([3, 7])
  })
})
