/** Amounts of memory as compose writes them. */

/** `512m`, `2g` in bytes; 0 for anything else. */
export function bytesOf(amount: string): number {
  const [, number, unit] = /^(\d+)([mg])$/.exec(amount) ?? []
  return number === undefined ? 0 : Number(number) * (unit === 'g' ? 1024 ** 3 : 1024 ** 2)
}
