import type { Mark, Page } from '#lib/api/types.ts'

/**
 * The marks of a passage, narrowed to some words of it (the sentence that carries an answer). Words are compared with
 * any white space as one space, since a sentence may run over printed lines. Not found: the marks as they are.
 */
export function narrow(marks: readonly Mark[], pages: readonly Page[], words: string | null): Mark[] {
  const wanted = words?.trim()
  if (!wanted) return [...marks]
  const pattern = new RegExp(
    wanted
      .split(/\s+/u)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
    'u',
  )
  for (const mark of marks) {
    const block = pages.find((page) => page.number === mark.page)?.blocks[mark.block]
    if (!block) continue
    const found = pattern.exec(block.text.slice(mark.start, mark.end))
    if (found) return [{ ...mark, start: mark.start + found.index, end: mark.start + found.index + found[0].length }]
  }
  return [...marks]
}
