/**
 * Joins what the words found with what the meaning found: a convex combination of two scores between 0 and 1 (Bruch, Gai and
 * Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023: better than reciprocal ranks, and one weight is
 * enough).
 *
 * - Words: the share of the score that a passage holding every word of the question could reach. It is absolute: a question in
 *   another language, of which a passage holds a name or two, gives small shares, and so the words fall silent by themselves
 *   instead of drowning the meaning. Scaling by the best hit would blow a chance hit up to 1.
 * - Meaning: the cosine, scaled between the last and the first of the candidates, since models differ in where their cosines lie.
 * A passage missing from one half's candidates gets 0 for that half.
 */
export type FusedHit<Id> = { id: Id; score: number; byWords: boolean; byMeaning: boolean }

/** How many candidates each half brings. A constant, so that turning a page never reorders what was seen. */
export const candidatesEach = 200

/**
 * Weight of meaning against words. It is small because shares of words are small numbers: a good passage reaches .3 to .6,
 * while the first by meaning always has 1. Tuned on the training claims of SciFact and the spare questions of SQuAD 2.
 */
export const meaningWeight = 0.2

/** Best first; ties by id, so that the order is the same every time. */
export const fuse = <Id extends number | string>(
  words: readonly { id: Id; share: number }[],
  meaning: readonly { id: Id; similarity: number }[],
  weight = meaningWeight,
): FusedHit<Id>[] => {
  const hits = new Map<Id, FusedHit<Id>>()
  const wordsWeight = meaning.length === 0 ? 1 : 1 - weight
  const denseWeight = words.length === 0 ? 1 : weight
  for (const { id, share } of words) hits.set(id, { id, score: wordsWeight * share, byWords: true, byMeaning: false })
  let [first, last] = [-Infinity, Infinity]
  for (const { similarity } of meaning) [first, last] = [Math.max(first, similarity), Math.min(last, similarity)]
  for (const { id, similarity } of meaning) {
    const scaled = first === last ? 1 : (similarity - last) / (first - last)
    const hit = hits.get(id) ?? { id, score: 0, byWords: false, byMeaning: false }
    hit.score += denseWeight * scaled
    hit.byMeaning = true
    hits.set(id, hit)
  }
  return [...hits.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}
