/** A number as office programs write it in that format (the names are those of OOXML); decimal for the rarer ones. */
export function writtenNumber(count: number, format: string): string {
  if (/letter$/i.test(format)) {
    const letter = String.fromCharCode(97 + ((count - 1) % 26)).repeat(Math.floor((count - 1) / 26) + 1)
    return format === 'upperLetter' ? letter.toUpperCase() : letter
  }
  if (/roman$/i.test(format)) {
    const steps: [number, string][] = [
      [1000, 'm'],
      [900, 'cm'],
      [500, 'd'],
      [400, 'cd'],
      [100, 'c'],
      [90, 'xc'],
      [50, 'l'],
      [40, 'xl'],
      [10, 'x'],
      [9, 'ix'],
      [5, 'v'],
      [4, 'iv'],
      [1, 'i'],
    ]
    let rest = Math.min(count, 4000)
    let roman = ''
    for (const [worth, sign] of steps) for (; rest >= worth; rest -= worth) roman += sign
    return format === 'upperRoman' ? roman.toUpperCase() : roman
  }
  return String(count)
}
