import type { Block, Page } from './extraction.ts'
import type { Span } from './tables.ts'

export type Passage = {
  ordinal: number
  page: number
  pageLabel: string | null
  /** Headings above it, outermost first. */
  headings: string[]
  text: string
  /** Where each part of `text` stands; parts are joined by a line feed. */
  spans: Span[]
}

/**
 * Characters. A passage is closed once it holds `enough`, and never holds more than `most`, so that a model of 512 tokens
 * reads it whole in any script with spaces.
 */
export const passageSize = { enough: 900, most: 1800 }

type Piece = { text: string; span: Span; kind: Block['kind'] }

/**
 * Cuts a document along its structure: a heading opens a passage, a page or file of a container closes one, a table stays
 * whole where it fits and repeats its head row where it does not, a long paragraph is cut between sentences.
 */
export function chunk(pages: Page[]): Passage[] {
  const passages: Passage[] = []
  let headings: { level: number; text: string }[] = []
  let held: Piece[] = []
  let above: string[] = []
  let label: string | null = null
  const size = () => held.reduce((sum, piece) => sum + piece.text.length + 1, 0)

  const close = () => {
    // A heading with nothing under it waits for what comes, unless the page ends.
    const text = held.map((piece) => piece.text).join('\n')
    if (text.trim() !== '')
      passages.push({
        ordinal: passages.length,
        page: held[0]!.span.page,
        pageLabel: label,
        headings: above,
        text,
        spans: held.map((piece) => piece.span),
      })
    held = []
  }

  for (const [index, page] of pages.entries()) {
    const before = pages[index - 1]
    // A passage never runs over the end of a page: the page it is cited with must be the page it stands on.
    if (before) {
      close()
      if (before.part !== page.part || page.label !== undefined) headings = []
    }
    label = [page.part, page.label].filter((part) => part !== undefined).join(' · ') || null
    for (const [blockIndex, block] of page.blocks.entries()) {
      if (block.text.trim() === '') continue
      if (block.kind === 'heading') {
        if (held.some((piece) => piece.kind !== 'heading')) close()
        const level = block.level ?? 1
        headings = headings.filter((heading) => heading.level < level)
        if (held.length === 0) above = headings.map((heading) => heading.text)
        headings.push({ level, text: oneLine(block.text) })
      }
      for (const piece of pieces(block, { page: page.number, block: blockIndex })) {
        if (held.length > 0 && size() + piece.text.length > passageSize.most) close()
        if (held.length === 0 && block.kind !== 'heading') above = headings.map((heading) => heading.text)
        held.push(piece)
        if (size() >= passageSize.enough) close()
      }
    }
  }
  close()
  return passages
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 200)

function pieces(block: Block, at: { page: number; block: number }): Piece[] {
  const whole = (start: number, end: number): Piece => ({
    text: block.text.slice(start, end),
    span: { ...at, start, end },
    kind: block.kind,
  })
  if (block.text.length <= passageSize.most) return [whole(0, block.text.length)]
  return (block.kind === 'table' || block.kind === 'code' ? cutLines(block.text) : cutSentences(block.text)).map(
    ([start, end]) => whole(start, end),
  )
}

/** Rows stay whole; a single row longer than a passage is cut like prose. */
function cutLines(text: string): [number, number][] {
  const cuts: [number, number][] = []
  let start = 0
  let end = 0
  while (end < text.length) {
    const feed = text.indexOf('\n', end)
    const next = feed === -1 ? text.length : feed + 1
    if (next - start > passageSize.enough && end > start) {
      cuts.push([start, end])
      start = end
    }
    end = next
  }
  cuts.push([start, text.length])
  return cuts.flatMap(([from, to]): [number, number][] =>
    to - from <= passageSize.most
      ? [[from, to]]
      : cutSentences(text.slice(from, to)).map(([a, b]) => [from + a, from + b]),
  )
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' })

function cutSentences(text: string): [number, number][] {
  const cuts: [number, number][] = []
  let start = 0
  let end = 0
  const flush = (upTo: number) => {
    if (upTo > start) cuts.push([start, upTo])
    start = upTo
  }
  for (const { index, segment } of segmenter.segment(text)) {
    if (index + segment.length - start > passageSize.enough && index > start) flush(index)
    end = index + segment.length
    // A "sentence" of no end: cut at a space, and never inside a character.
    while (end - start > passageSize.most) {
      const space = text.lastIndexOf(' ', start + passageSize.enough)
      let at = space > start + passageSize.enough / 2 ? space + 1 : start + passageSize.enough
      if (/[\uDC00-\uDFFF]/.test(text[at] ?? '')) at -= 1
      flush(at)
    }
  }
  flush(text.length)
  return cuts
}
