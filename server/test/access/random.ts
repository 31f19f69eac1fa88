/** Numbers that come out the same for the same seed (mulberry32, T. Ettinger, public domain), so that a failing run can be run again. */
export type Random = {
  /** 0 to below `below`. */
  int(below: number): number
  pick<T>(from: readonly T[]): T
  some<T>(from: readonly T[], count: number): T[]
  chance(share: number): boolean
  word(letters: number): string
}

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (below: number) => Math.floor(next() * below)
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new Error('nothing to pick from')
    return from[int(from.length)]!
  }
  return {
    int,
    pick,
    some(from, count) {
      const rest = [...from]
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(int(rest.length), 1)[0]!)
    },
    chance: (share) => next() < share,
    word: (letters) => Array.from({ length: letters }, () => 'abcdefghijklmnopqrstuvwxyz'[int(26)]).join(''),
  }
}
