/** Figures over questions, with how sure they are. */

/** Järvelin and Kekäläinen's nDCG at rank k with gain 2^grade - 1, as BEIR computes it for binary grades. */
export const ndcg = (ranked: readonly string[], relevant: ReadonlyMap<string, number>, k = 10): number => {
  const gain = (grade: number, rank: number): number => (2 ** grade - 1) / Math.log2(rank + 2)
  const got = ranked.slice(0, k).reduce((sum, id, rank) => sum + gain(relevant.get(id) ?? 0, rank), 0)
  const best = [...relevant.values()]
    .sort((a, b) => b - a)
    .slice(0, k)
    .reduce((sum, grade, rank) => sum + gain(grade, rank), 0)
  return best === 0 ? 0 : got / best
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** 95 % interval of the mean by the percentile bootstrap, 10,000 resamples, the same at every run. */
export const interval = (values: readonly number[], resamples = 10_000): [low: number, high: number] => {
  let state = 0x9e3779b9
  // xorshift32: enough for resampling, and repeatable.
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const means = new Float64Array(resamples)
  for (let i = 0; i < resamples; i++) {
    let sum = 0
    for (let n = 0; n < values.length; n++) sum += values[Math.floor(next() * values.length)]!
    means[i] = sum / values.length
  }
  means.sort()
  return [means[Math.floor(resamples * 0.025)]!, means[Math.ceil(resamples * 0.975) - 1]!]
}
