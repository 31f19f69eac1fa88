/** Words of ODF paragraphs (OpenDocument 1.3, part 3): spaces, tabs, notes, comments, frames. */
import { descendants, elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { commentBlock } from '../../reading.ts'
import type { Block } from '../../shapes.ts'

export type OdfWords = {
  text: string
  notes: string[]
  comments: Block[]
  /** Text boxes, tables and pictures anchored in the paragraph. */
  frames: XmlElement[]
}

export function odfWords(paragraph: XmlElement): OdfWords {
  const found: OdfWords = { text: '', notes: [], comments: [], frames: [] }
  visit(paragraph, found)
  return found
}

function visit(element: XmlElement, found: OdfWords): void {
  for (const child of element.children) {
    if (typeof child === 'string') {
      // In ODF, white space in the file is one blank; real blanks are elements.
      found.text += child.replace(/\s+/g, ' ')
      continue
    }
    switch (child.name) {
      case 'text:s':
        found.text += ' '.repeat(Math.min(Number(child.attributes['text:c'] ?? 1) || 1, 1000))
        break
      case 'text:tab':
        found.text += ' '
        break
      case 'text:line-break':
        found.text += '\n'
        break
      case 'text:soft-hyphen':
        break
      case 'text:note': {
        const citation = textOf(path(child, 'text:note-citation'))
        const words = elements(path(child, 'text:note-body'))
          .map((each) => odfWords(each).text)
          .join('\n')
        found.notes.push(citation ? `${citation} ${words}` : words)
        break
      }
      case 'office:annotation':
        found.comments.push(...commentOf(child))
        break
      case 'office:annotation-end':
      case 'text:deletion':
      case 'text:ruby-text':
      case 'svg:title':
      case 'svg:desc':
        break
      case 'draw:frame':
      case 'draw:custom-shape':
      case 'draw:g':
      case 'draw:rect':
      case 'draw:ellipse':
      case 'draw:line':
      case 'draw:a':
        found.frames.push(child)
        break
      default:
        visit(child, found)
    }
  }
}

export function commentOf(annotation: XmlElement): Block[] {
  const author = textOf(path(annotation, 'dc:creator')).trim()
  const words = [
    ...elements(annotation, 'text:p'),
    ...elements(annotation, 'text:list').flatMap((list) => descendants(list, 'text:p')),
  ]
    .map((each) => odfWords(each).text)
    .join('\n')
  return commentBlock(words, author, textOf(path(annotation, 'dc:date')).trim())
}
