/** How hard a password is to guess, roughly and without a word list: length first, then what makes it shorter than it looks. */
export type Strength = 'short' | 'weak' | 'fair' | 'good'

/** The server's policy: identity/contract.ts. Length is the policy; no composition theatre (NIST SP 800-63B). */
export const PASSWORD_LENGTH = 12

/**
 * Counts characters that add something: repeats ("aaaa"), runs ("abcd", "4321") and parts the person is known by
 * (name, e-mail, organisation) add nothing. 12 to 15 such characters are fair, 16 and more good.
 */
export function strengthOf(password: string, known: readonly string[] = []): Strength {
  if ([...password].length < PASSWORD_LENGTH) return 'short'
  let rest = password.toLowerCase()
  for (const word of known.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))) {
    if (word.length >= 3) rest = rest.split(word).join(word.slice(0, 1))
  }
  let useful = 0
  const codes = [...rest].map((character) => character.codePointAt(0) ?? 0)
  codes.forEach((code, index) => {
    const before = codes[index - 1]
    if (before === undefined || Math.abs(code - before) > 1) useful += 1
  })
  const different = new Set(codes).size
  if (useful < 9 || different < 6) return 'weak'
  return useful >= 15 && different >= 8 ? 'good' : 'fair'
}
