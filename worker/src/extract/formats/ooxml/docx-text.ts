/** The words of one WordprocessingML paragraph, in reading order, with what hangs on it. */
import { elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { latexOf } from './omml.ts'

export type ParagraphText = {
  text: string
  /** Contents of text boxes anchored in the paragraph. */
  boxes: XmlElement[]
  /** Relation ids of charts and diagrams. */
  charts: string[]
  /** Page breaks Word stored before (any) text, and after the first. */
  breaksBefore: number
  breaksAfter: number
  rendered: boolean
}

const symbolFonts: Record<string, string> = { F0B7: '•', F0FE: '☒', F0A8: '☐', F0FC: '✓', F0E0: '→' }

export function paragraphText(paragraph: XmlElement): ParagraphText {
  const found: ParagraphText = { text: '', boxes: [], charts: [], breaksBefore: 0, breaksAfter: 0, rendered: false }
  visit(paragraph, found)
  return found
}

function visit(element: XmlElement, found: ParagraphText): void {
  for (const child of elements(element)) {
    switch (child.name) {
      case 'w:t':
        found.text += textOf(child)
        break
      case 'w:tab':
      case 'w:ptab':
        if (element.name === 'w:r') found.text += ' '
        break
      case 'w:cr':
        found.text += '\n'
        break
      case 'w:noBreakHyphen':
        found.text += '-'
        break
      case 'w:sym':
        found.text += symbolOf(child)
        break
      case 'w:br':
        if (child.attributes['w:type'] === 'page') addBreak(found)
        else found.text += '\n'
        break
      case 'w:lastRenderedPageBreak':
        found.rendered = true
        addBreak(found)
        break
      case 'm:oMathPara':
        for (const math of elements(child, 'm:oMath')) found.text += ` $$${latexOf(math)}$$ `
        break
      case 'm:oMath':
        found.text += ` $${latexOf(child)}$ `
        break
      case 'w:sdt':
        visitControl(child, found)
        break
      case 'mc:AlternateContent':
        visitAlternate(child, found)
        break
      case 'w:drawing':
      case 'w:pict':
      case 'w:object':
        visitDrawing(child, found)
        break
      // Deleted and moved-away text, field codes and phonetic guides are not what a reader sees.
      case 'w:del':
      case 'w:moveFrom':
      case 'w:delText':
      case 'w:instrText':
      case 'w:pPr':
      case 'w:rPr':
      case 'w:rt':
        break
      default:
        visit(child, found)
    }
  }
}

function addBreak(found: ParagraphText): void {
  if (found.text.trim()) found.breaksAfter++
  else found.breaksBefore++
}

function symbolOf(symbol: XmlElement): string {
  const code = symbol.attributes['w:char']?.toUpperCase() ?? ''
  if (symbolFonts[code]) return symbolFonts[code]
  const number = parseInt(code, 16)
  return number > 31 && number < 0xe000 ? String.fromCodePoint(number) : ''
}

function visitControl(control: XmlElement, found: ParagraphText): void {
  const content = path(control, 'w:sdtContent')
  const box = path(control, 'w:sdtPr', 'w14:checkbox')
  if (box) found.text += /^(1|true)$/.test(path(box, 'w14:checked')?.attributes['w14:val'] ?? '0') ? '[x]' : '[ ]'
  else if (content) visit(content, found)
}

/** Newer programs read the choice, older ones the fallback; both say the same, so one is enough. */
function visitAlternate(alternate: XmlElement, found: ParagraphText): void {
  const before = found.text.length + found.boxes.length + found.charts.length
  for (const choice of elements(alternate, 'mc:Choice')) visit(choice, found)
  if (found.text.length + found.boxes.length + found.charts.length > before) return
  for (const fallback of elements(alternate, 'mc:Fallback')) visit(fallback, found)
}

function visitDrawing(drawing: XmlElement, found: ParagraphText): void {
  for (const child of elements(drawing)) {
    if (child.name === 'w:txbxContent') found.boxes.push(child)
    else if (child.name === 'c:chart' && child.attributes['r:id']) found.charts.push(child.attributes['r:id'])
    else if (child.name === 'dgm:relIds' && child.attributes['r:dm']) found.charts.push(child.attributes['r:dm'])
    else if (child.name === 'mc:AlternateContent')
      visitDrawing(path(child, 'mc:Choice') ?? path(child, 'mc:Fallback') ?? child, found)
    else visitDrawing(child, found)
  }
}
