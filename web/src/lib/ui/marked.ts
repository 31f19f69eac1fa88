export type Piece = { text: string; marked: boolean }

/** Cuts a text at its marks. Marks may overlap, touch, come in any order or reach past the text. */
export function pieces(text: string, marks: readonly { start: number; end: number }[]): Piece[] {
  const sorted = marks
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(text.length, end) }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start)
  const out: Piece[] = []
  let at = 0
  for (const { start, end } of sorted) {
    if (end <= at) continue
    const from = Math.max(start, at)
    if (from > at) out.push({ text: text.slice(at, from), marked: false })
    const last = out.at(-1)
    if (last?.marked && from === at) last.text += text.slice(from, end)
    else out.push({ text: text.slice(from, end), marked: true })
    at = end
  }
  if (at < text.length) out.push({ text: text.slice(at), marked: false })
  return out
}
