/** Numbers that make a generated test larger or different: SEED, CHECKS, KILLS. */
export function testNumber(name: 'SEED' | 'CHECKS' | 'KILLS', otherwise: number): number {
  const given = Number(process.env[name] ?? '')
  return Number.isInteger(given) && given > 0 ? given : otherwise
}
