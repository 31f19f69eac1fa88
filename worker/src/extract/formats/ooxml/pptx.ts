/** Reads PowerPoint presentations (PPTX, PPSX, POTX, PPTM): one page a slide, with notes and comments. */
import type { Zip } from '../../archive/zip.ts'
import { descendants, elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { mediaTypes } from '../../media-types.ts'
import { block, commentBlock, table } from '../../reading.ts'
import type { Draft, DraftPage, Reading } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { spreadCells } from '../spread-cells.ts'
import { writtenNumber } from '../written-number.ts'
import { chartBlocks } from './chart.ts'
import { latexOf } from './omml.ts'
import { coreProperties, mainPart, readPart, relationsOf } from './package.ts'
import type { Relation } from './package.ts'

export function readPptx(zip: Zip, reading: Reading): Draft {
  const main = mainPart(zip, 'ppt/presentation.xml', 'a PowerPoint presentation')
  const relations = relationsOf(zip, main)
  const authors = commentAuthors(zip, relations)
  const presentation = elements(readPart(zip, main))[0]
  const slides = descendants(presentation, 'p:sldId')
    .map((slide) => relations.find((relation) => relation.id === slide.attributes['r:id'])?.target)
    .filter((target) => target !== undefined && zip.has(target)) as string[]
  reading.pages(slides.length)
  const pages = slides.map((slide, i): DraftPage => {
    reading.progress(i, slides.length)
    return readSlide(zip, slide, authors)
  })
  return { format: 'pptx', mediaType: mediaTypes.pptx, pageUnit: 'slide', ...coreProperties(zip), pages }
}

function readSlide(zip: Zip, part: string, authors: Map<string, string>): DraftPage {
  const relations = relationsOf(zip, part)
  const slide = elements(readPart(zip, part))[0]
  const blocks = shapesOf(path(slide, 'p:cSld', 'p:spTree'), zip, relations)
  for (const relation of relations) {
    if (relation.external) continue
    if (relation.type === 'notesSlide') blocks.push(...notesOf(zip, relation.target))
    if (relation.type === 'comments') blocks.push(...commentsOf(zip, relation.target, authors))
  }
  const hidden = slide?.attributes.show === '0'
  return hidden ? { label: 'hidden slide', blocks } : { blocks }
}

function shapesOf(tree: XmlElement | undefined, zip: Zip, relations: Relation[]): Block[] {
  return elements(tree).flatMap((shape) => {
    switch (shape.name) {
      case 'p:sp':
        return shapeBlocks(shape)
      case 'p:grpSp':
        return shapesOf(shape, zip, relations)
      case 'p:graphicFrame':
        return frameBlocks(shape, zip, relations)
      case 'mc:AlternateContent':
        return shapesOf(path(shape, 'mc:Choice') ?? path(shape, 'mc:Fallback'), zip, relations)
      case 'p:cxnSp':
      case 'p:pic':
        return bodyBlocks(path(shape, 'p:txBody'), false)
      default:
        return []
    }
  })
}

function shapeBlocks(shape: XmlElement): Block[] {
  const placeholder = path(shape, 'p:nvSpPr', 'p:nvPr', 'p:ph')
  const type = placeholder?.attributes.type ?? (placeholder ? 'body' : '')
  const body = path(shape, 'p:txBody')
  if (type === 'title' || type === 'ctrTitle')
    return block('heading', paragraphsOf(body).map(paragraphWords).join(' '), 1)
  if (type === 'subTitle') return block('heading', paragraphsOf(body).map(paragraphWords).join(' '), 2)
  if (type === 'sldNum' || type === 'dt' || type === 'ftr')
    return block('note', paragraphsOf(body).map(paragraphWords).join(' '))
  return bodyBlocks(body, type === 'body' || type === 'obj')
}

/** Paragraphs of a text body; in a body placeholder the layout's bullets apply unless the paragraph turns them off. */
function bodyBlocks(body: XmlElement | undefined, bulleted: boolean): Block[] {
  const inherited = elements(path(body, 'a:lstStyle', 'a:lvl1pPr')).some((each) => bulletMarks.test(each.name))
  const counters: number[] = []
  return paragraphsOf(body).flatMap((paragraph) => {
    const properties = path(paragraph, 'a:pPr')
    const marks = elements(properties).map((each) => each.name)
    const level = Number(properties?.attributes.lvl ?? 0)
    const words = paragraphWords(paragraph)
    const listed =
      marks.some((name) => bulletMarks.test(name)) || ((bulleted || inherited) && !marks.includes('a:buNone'))
    if (!listed || !words.trim()) return block('paragraph', words)
    const numbering = path(properties, 'a:buAutoNum')
    counters.length = Math.min(counters.length, level + 1)
    if (!numbering) return block('list-item', words, level + 1)
    counters[level] = (counters[level] ?? Number(numbering.attributes.startAt ?? 1) - 1) + 1
    return block('list-item', `${autoNumber(counters[level]!, numbering.attributes.type ?? '')} ${words}`, level + 1)
  })
}

const bulletMarks = /^a:bu(Char|AutoNum|Blip)$/

/** "arabicPeriod" is "3.", "alphaLcParenBoth" is "(c)". */
function autoNumber(count: number, type: string): string {
  const format = type.startsWith('alpha')
    ? type.includes('Uc')
      ? 'upperLetter'
      : 'lowerLetter'
    : type.startsWith('roman')
      ? type.includes('Uc')
        ? 'upperRoman'
        : 'lowerRoman'
      : 'decimal'
  const number = writtenNumber(count, format)
  if (type.endsWith('ParenBoth')) return `(${number})`
  return type.endsWith('ParenR') ? `${number})` : type.endsWith('Plain') ? number : `${number}.`
}

function paragraphsOf(body: XmlElement | undefined): XmlElement[] {
  return elements(body, 'a:p')
}

function paragraphWords(paragraph: XmlElement): string {
  return elements(paragraph)
    .map((child) => {
      if (child.name === 'a:br') return '\n'
      if (child.name === 'a:r' || child.name === 'a:fld') return textOf(path(child, 'a:t'))
      if (child.name === 'mc:AlternateContent') return paragraphWords(path(child, 'mc:Choice') ?? child)
      if (child.name === 'a14:m')
        return descendants(child, 'm:oMath')
          .map((math) => ` $${latexOf(math)}$ `)
          .join('')
      return ''
    })
    .join('')
}

function frameBlocks(frame: XmlElement, zip: Zip, relations: Relation[]): Block[] {
  const data = path(frame, 'a:graphic', 'a:graphicData')
  const found = elements(data).flatMap((content) => {
    if (content.name === 'a:tbl') return tableBlocks(content)
    const id = content.name === 'dgm:relIds' ? content.attributes['r:dm'] : content.attributes['r:id']
    return id ? chartBlocks(zip, relations, id) : []
  })
  return found.length > 0 ? found : descendants(data, 'p:txBody').flatMap((body) => bodyBlocks(body, false))
}

function tableBlocks(element: XmlElement): Block[] {
  const rows = elements(element, 'a:tr').map((row) =>
    elements(row, 'a:tc')
      // A place covered from the left is part of its neighbour's span.
      .filter((cell) => cell.attributes.hMerge !== '1' && cell.attributes.hMerge !== 'true')
      .map((cell) => ({
        text: paragraphsOf(path(cell, 'a:txBody')).map(paragraphWords).join(' '),
        columns: Number(cell.attributes.gridSpan ?? 1),
        rows: 1,
        continues: cell.attributes.vMerge === '1' || cell.attributes.vMerge === 'true',
      })),
  )
  return table(spreadCells(rows))
}

function notesOf(zip: Zip, part: string): Block[] {
  const tree = path(elements(readPart(zip, part))[0], 'p:cSld', 'p:spTree')
  return elements(tree, 'p:sp').flatMap((shape) => {
    const type = path(shape, 'p:nvSpPr', 'p:nvPr', 'p:ph')?.attributes.type
    if (type === 'sldNum' || type === 'dt' || type === 'hdr' || type === 'ftr' || type === 'sldImg') return []
    return block('note', paragraphsOf(path(shape, 'p:txBody')).map(paragraphWords).join('\n'))
  })
}

function commentAuthors(zip: Zip, relations: Relation[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const relation of relations) {
    if (relation.type !== 'commentAuthors' && relation.type !== 'authors') continue
    for (const author of elements(elements(readPart(zip, relation.target))[0])) {
      const { id = '', name = '', initials } = author.attributes
      names.set(id, initials ? `${name} (${initials})` : name)
    }
  }
  return names
}

/** Classic comments (p:cm) and threaded ones with replies (p188:cm, p188:reply). */
function commentsOf(zip: Zip, part: string, authors: Map<string, string>): Block[] {
  const found: Block[] = []
  const visit = (element: XmlElement) => {
    if (/^(p|p188):(cm|reply)$/.test(element.name)) {
      const classic = textOf(path(element, 'p:text'))
      const words = classic || descendants(path(element, 'p188:txBody'), 'a:t').map(textOf).join('')
      found.push(
        ...commentBlock(
          words,
          authors.get(element.attributes.authorId ?? ''),
          element.attributes.created ?? element.attributes.dt,
        ),
      )
    }
    for (const child of elements(element)) if (child.name !== 'p188:txBody') visit(child)
  }
  for (const root of elements(readPart(zip, part))) visit(root)
  return found
}
