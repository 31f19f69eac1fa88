import type { Block, Mark } from '#lib/api/types.ts'

/** The printed boxes of characters [start, end) of a block: its lines, those at the ends cut by their share of characters. */
export function boxesOf(block: Block, start: number, end: number): Mark['boxes'] {
  return (block.lines ?? [])
    .filter((line) => line.start < end && line.end > start)
    .map((line) => {
      const length = Math.max(1, line.end - line.start)
      const from = Math.max(0, start - line.start) / length
      const to = Math.min(length, end - line.start) / length
      return { x: line.x + line.width * from, y: line.y, width: line.width * (to - from), height: line.height }
    })
}
