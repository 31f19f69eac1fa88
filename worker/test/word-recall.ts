/** Words and how many of the expected ones are found. */

/** Expected text as it was written for people and machines: marks that are no words go. */
export function wordsOfMarkdown(markdown: string): string[] {
  return wordsOfText(
    markdown
      .replace(/<!--[\s\S]*?-->/g, ' ')
      .replace(/!\[([^\]]*)\]\([^)]*\)/g, ' ')
      .replace(/\]\((?:[^()]|\([^()]*\))*\)/g, ']'),
  )
}

/** Runs of letters and digits, without the underscore, in NFKC and lower case. */
export function wordsOfText(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

/** Overlap of the two bags of words over the number of expected words. */
export function inAnyOrder(expected: string[], found: string[]): number {
  if (expected.length === 0) return 1
  const left = new Map<string, number>()
  for (const word of found) left.set(word, (left.get(word) ?? 0) + 1)
  let hits = 0
  for (const word of expected) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    hits++
    left.set(word, count - 1)
  }
  return hits / expected.length
}

/** Longest common subsequence over the number of expected words. */
export function inOrder(expected: string[], found: string[]): number {
  return expected.length === 0 ? 1 : longestCommon(expected, found) / expected.length
}

/**
 * Length of the longest common subsequence, 32 expected words at a time: the bit-parallel algorithm of Hyyrö (2004),
 * "Bit-parallel LCS-length computation revisited". V' = (V + (V & M)) | (V & ~M); zeros in V count.
 */
export function longestCommon(expected: string[], found: string[]): number {
  const blocks = Math.ceil(expected.length / 32)
  const places = new Map<string, Uint32Array>()
  expected.forEach((word, i) => {
    let mask = places.get(word)
    if (!mask) places.set(word, (mask = new Uint32Array(blocks)))
    mask[i >> 5]! |= 1 << (i & 31)
  })
  const row = new Uint32Array(blocks).fill(0xffffffff)
  for (const word of found) {
    const mask = places.get(word)
    if (!mask) continue
    let carry = 0
    for (let block = 0; block < blocks; block++) {
      const value = row[block]!
      const matched = (value & mask[block]!) >>> 0
      const sum = value + matched + carry
      carry = sum > 0xffffffff ? 1 : 0
      row[block] = (sum | (value & ~mask[block]!)) >>> 0
    }
  }
  let length = 0
  for (let i = 0; i < expected.length; i++) if (!((row[i >> 5]! >>> (i & 31)) & 1)) length++
  return length
}
