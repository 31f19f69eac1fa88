/** Reads one file, whatever its kind, into pages of blocks. Runs inside the confined process. */
import { detectKind } from './detect/kind.ts'
import type { Kind } from './detect/kind.ts'
import { mediaTypes, pageUnits } from './media-types.ts'
import { Reading, damaged } from './reading.ts'
import type { Draft } from './reading.ts'
import { ExtractionError } from './shapes.ts'
import type { Block, Extraction, ExtractionLimits, ExtractionProgress, Format } from './shapes.ts'

/** Throws ExtractionError, with a sentence for the person who uploaded the file. */
export async function readDocument(
  bytes: Uint8Array,
  fileName: string,
  limits: ExtractionLimits,
  onProgress?: (progress: ExtractionProgress) => void,
): Promise<Extraction> {
  const reading = new Reading(limits, onProgress)
  const draft = await readDraft(bytes, fileName, reading)
  if (!draft.pages.some((page) => page.blocks.length > 0)) reading.warn('No words were found in the file.')
  return { ...draft, pages: draft.pages.map((page, i) => ({ number: i + 1, ...page })), warnings: reading.warnings }
}

/** The same for a file inside another, whose limits and warnings are those of the whole. */
export async function readDraft(bytes: Uint8Array, fileName: string, reading: Reading): Promise<Draft> {
  const kind = detectKind(bytes, fileName, reading)
  try {
    return await readKind(kind, bytes, reading)
  } catch (error) {
    if (error instanceof ExtractionError) throw error
    // A parser that stumbles over the file has met something its format does not allow.
    throw damaged(said[kind.format], error)
  }
}

const said: Record<Format, string> = {
  pdf: 'a PDF',
  docx: 'a Word document',
  pptx: 'a PowerPoint presentation',
  xlsx: 'an Excel workbook',
  odt: 'an OpenDocument text',
  odp: 'an OpenDocument presentation',
  ods: 'an OpenDocument spreadsheet',
  rtf: 'an RTF document',
  html: 'a web page',
  markdown: 'a Markdown text',
  text: 'a text',
  csv: 'a CSV table',
  vtt: 'subtitles',
  eml: 'an e-mail',
  msg: 'an Outlook message',
  epub: 'an EPUB book',
  png: 'a PNG picture',
  jpeg: 'a JPEG picture',
  tiff: 'a TIFF picture',
  zip: 'a ZIP archive',
  doc: 'an older Word document',
  xls: 'an older Excel workbook',
  ppt: 'an older PowerPoint presentation',
}

/** Readers are loaded when first needed, so that a process that reads texts stays small. */
async function readKind({ format, text = '', zip, ole }: Kind, bytes: Uint8Array, reading: Reading): Promise<Draft> {
  switch (format) {
    case 'pdf':
      return (await import('./pdf/read-pdf.ts')).readPdf(bytes, reading)
    case 'docx':
      return (await import('./formats/ooxml/docx.ts')).readDocx(zip!, reading)
    case 'pptx':
      return (await import('./formats/ooxml/pptx.ts')).readPptx(zip!, reading)
    case 'xlsx':
      return (await import('./formats/ooxml/xlsx.ts')).readXlsx(zip!, reading)
    case 'odt':
    case 'odp':
    case 'ods':
      return (await import('./formats/odf/odf.ts')).readOdf(format, zip ?? text, reading)
    case 'epub':
      return (await import('./formats/epub.ts')).readEpub(zip!, reading)
    case 'zip':
      return (await import('./formats/archive.ts')).readArchive(zip!, reading)
    case 'eml':
      return (await import('./formats/mail.ts')).readEml(bytes, reading)
    case 'msg':
      return (await import('./formats/msg.ts')).readMsg(ole!, reading)
    case 'png':
    case 'jpeg':
    case 'tiff':
      return (await import('./ocr/read-image.ts')).readImage(format, bytes, reading)
    case 'doc':
      return (await import('./formats/legacy/doc.ts')).readDoc(ole!, reading)
    case 'xls':
      return (await import('./formats/legacy/xls.ts')).readXls(ole!, reading)
    case 'ppt':
      return (await import('./formats/legacy/ppt.ts')).readPpt(ole!, reading)
    case 'html': {
      const { declaredEncoding, htmlText } = await import('./formats/html.ts')
      const declared = declaredEncoding(bytes)
      const { title, author, blocks } = htmlText(
        declared && !isUnicodeMarked(bytes) ? new TextDecoder(declared).decode(bytes) : text,
      )
      return { ...plain(format, [blocks], reading), ...(title && { title }), ...(author && { author }) }
    }
    case 'markdown':
      return plain(format, [(await import('./formats/markdown.ts')).markdownBlocks(text)], reading)
    case 'rtf': {
      const { blocks, title, author } = (await import('./formats/rtf.ts')).rtfBlocks(
        Buffer.from(bytes).toString('latin1'),
      )
      return { ...plain(format, [blocks], reading), ...(title && { title }), ...(author && { author }) }
    }
    case 'csv':
      return plain(format, [(await import('./formats/text.ts')).csvBlocks(text)], reading)
    case 'vtt':
      return plain(format, [(await import('./formats/text.ts')).vttBlocks(text)], reading)
    case 'text':
      return plain(format, (await import('./formats/text.ts')).textPages(text), reading)
  }
}

function isUnicodeMarked(bytes: Uint8Array): boolean {
  return (
    (bytes[0] === 0xef && bytes[1] === 0xbb) ||
    (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff)
  )
}

function plain(format: Format, pages: Block[][], reading: Reading): Draft {
  reading.pages(pages.length)
  return {
    format,
    mediaType: mediaTypes[format],
    pageUnit: pages.length > 1 ? 'page' : pageUnits[format],
    pages: pages.map((blocks) => ({ blocks })),
  }
}
