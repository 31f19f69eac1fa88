/** Reads PDF with PDFium: text with places; pages that are pictures go through OCR. */
import { mediaTypes } from '../media-types.ts'
import type { Draft, DraftPage, Reading } from '../reading.ts'
import { block, commentBlock } from '../reading.ts'
import type { Block } from '../shapes.ts'
import { headingSizes, pageBlocks } from './layout.ts'
import { cString, utf16, withDocument } from './pdfium.ts'
import type { Pdfium } from './pdfium.ts'
import { readPicturePage, showsPicture } from './picture-page.ts'
import { pageText } from './segments.ts'
import type { PageText } from './segments.ts'

/** Fewer characters than this beside a large picture are a stamp or a page number, not the page's text. */
const fewCharacters = 60

export function readPdf(bytes: Uint8Array, reading: Reading): Promise<Draft> {
  return withDocument(bytes, async (module, document) => {
    const count = module._FPDF_GetPageCount(document)
    reading.pages(count)
    const texts: PageText[] = []
    const notes: Block[][] = []
    const scanned = new Map<number, DraftPage>()
    const rect = module._malloc(16)
    try {
      for (let i = 0; i < count; i++) {
        const page = module._FPDF_LoadPage(document, i)
        if (!page) {
          reading.warn(`Page ${i + 1} is damaged and was left out.`)
          texts.push({ width: 0, height: 0, segments: [], characters: 0, unmapped: 0 })
          notes.push([])
          continue
        }
        try {
          const text = pageText(module, page, rect)
          texts.push(text)
          notes.push(annotationBlocks(module, page))
          if (needsOcr(module, page, text)) scanned.set(i, await readPicturePage(module, page, text))
        } finally {
          module._FPDF_ClosePage(page)
        }
        if (i % 8 === 0 || scanned.has(i)) reading.progress(i + 1, count)
      }
    } finally {
      module._free(rect)
    }
    const sizes = headingSizes(texts)
    const pages = texts.map((text, i): DraftPage => {
      const label = pageLabel(module, document, i)
      const place = {
        ...(label && label !== String(i + 1) && { label }),
        width: round(text.width),
        height: round(text.height),
      }
      const seen = scanned.get(i)
      if (seen) return { ...place, ...seen, blocks: [...seen.blocks, ...notes[i]!] }
      return { ...place, blocks: [...pageBlocks(text, sizes), ...notes[i]!] }
    })
    const attachments = module._FPDFDoc_GetAttachmentCount(document)
    if (attachments > 0)
      reading.warn(
        `The PDF has ${attachments} attached file${attachments === 1 ? '' : 's'}, which ${attachments === 1 ? 'was' : 'were'} not read. Save ${attachments === 1 ? 'it' : 'them'} and add ${attachments === 1 ? 'it' : 'them'} as documents.`,
      )
    const title = metaText(module, document, 'Title')
    const author = metaText(module, document, 'Author')
    return {
      format: 'pdf',
      mediaType: mediaTypes.pdf,
      pageUnit: 'page',
      ...(title && { title }),
      ...(author && { author }),
      pages,
    }
  })
}

function needsOcr(module: Pdfium, page: number, text: PageText): boolean {
  if (text.characters > 200 && text.unmapped > text.characters * 0.5) return true
  return text.characters < fewCharacters && showsPicture(module, page, text)
}

export const round = (value: number): number => Math.round(value * 100) / 100

function metaText(module: Pdfium, document: number, tag: string): string {
  return cString(module, tag, (name) =>
    utf16(module, (buffer, length) => module._FPDF_GetMetaText(document, name, buffer, length)),
  ).trim()
}

function pageLabel(module: Pdfium, document: number, index: number): string {
  return utf16(module, (buffer, length) => module._FPDF_GetPageLabel(document, index, buffer, length)).trim()
}

/** Comments and filled-in form fields, which are not part of the page's own text. */
function annotationBlocks(module: Pdfium, page: number): Block[] {
  const count = Math.min(module._FPDFPage_GetAnnotCount(page), 2_000)
  const blocks: Block[] = []
  for (let i = 0; i < count; i++) {
    const annotation = module._FPDFPage_GetAnnot(page, i)
    if (!annotation) continue
    // 2 is a link; 20 a form field; 16 a pop-up window that repeats its comment.
    const subtype = module._FPDFAnnot_GetSubtype(annotation)
    const value = (key: string) =>
      cString(module, key, (name) =>
        utf16(module, (buffer, length) => module._FPDFAnnot_GetStringValue(annotation, name, buffer, length)),
      ).trim()
    if (subtype === 20) blocks.push(...block('note', fieldWords(value('T'), value('V'))))
    else if (subtype !== 2 && subtype !== 16) {
      blocks.push(...commentBlock(value('Contents'), value('T')))
    }
    module._FPDFPage_CloseAnnot(annotation)
  }
  return blocks
}

function fieldWords(name: string, value: string): string {
  return value && value !== 'Off' ? (name ? `${name}: ${value}` : value) : ''
}
