/** What paragraph styles and numberings of a DOCX mean: headings and their depth, lists and whether they are numbered. */
import { descendants, elements, path } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'

export type ParagraphStyle = { heading?: number; numbering?: string; level?: number; code?: boolean; caption?: boolean }

const val = (element: XmlElement | undefined): string | undefined => element?.attributes['w:val']

/** Style id to meaning, with what is inherited from the styles below it. */
export function readStyles(styles: XmlElement | undefined): Map<string, ParagraphStyle> {
  const raw = new Map(descendants(styles, 'w:style').map((style) => [style.attributes['w:styleId'] ?? '', style]))
  const known = new Map<string, ParagraphStyle>()
  const resolve = (id: string, depth: number): ParagraphStyle => {
    const found = known.get(id)
    if (found) return found
    const style = raw.get(id)
    if (!style || depth > 20) return {}
    const parent = val(path(style, 'w:basedOn'))
    const meaning = { ...(parent ? resolve(parent, depth + 1) : {}), ...ownMeaning(id, style) }
    known.set(id, meaning)
    return meaning
  }
  for (const id of raw.keys()) resolve(id, 0)
  return known
}

function ownMeaning(id: string, style: XmlElement): ParagraphStyle {
  const meaning: ParagraphStyle = {}
  const name = (val(path(style, 'w:name')) ?? id).toLowerCase()
  const outline = val(path(style, 'w:pPr', 'w:outlineLvl'))
  const named = /^heading ?(\d)/.exec(name)?.[1]
  if (named) meaning.heading = Number(named)
  else if (name === 'title') meaning.heading = 1
  else if (name === 'subtitle') meaning.heading = 2
  else if (outline && Number(outline) < 9) meaning.heading = Number(outline) + 1
  if (/code|preformatted|macro text|source/.test(name)) meaning.code = true
  if (name === 'caption') meaning.caption = true
  const number = path(style, 'w:pPr', 'w:numPr')
  if (number) {
    const numbering = val(path(number, 'w:numId'))
    if (numbering) meaning.numbering = numbering
    meaning.level = Number(val(path(number, 'w:ilvl')) ?? 0)
  }
  return meaning
}

export type NumberLevel = { format: string; text: string; start: number }

/** numId and level to how it counts. */
export function readNumberings(
  numbering: XmlElement | undefined,
): (id: string, level: number) => NumberLevel | undefined {
  const abstracts = new Map(
    descendants(numbering, 'w:abstractNum').map((each) => [each.attributes['w:abstractNumId'], each]),
  )
  const numbers = new Map(
    descendants(numbering, 'w:num').map((each) => [
      each.attributes['w:numId'],
      abstracts.get(val(path(each, 'w:abstractNumId'))),
    ]),
  )
  return (id, level) => {
    const found = elements(numbers.get(id), 'w:lvl').find((each) => each.attributes['w:ilvl'] === String(level))
    if (!found) return undefined
    return {
      format: val(path(found, 'w:numFmt')) ?? 'decimal',
      text: val(path(found, 'w:lvlText')) ?? '',
      start: Number(val(path(found, 'w:start')) ?? 1),
    }
  }
}
