/** Small real files made on the spot, each with a word of its own that stands in it once. */
import { strToU8, zipSync } from 'fflate'

export type Kind = 'pdf' | 'docx' | 'txt' | 'html'
export const kinds: Kind[] = ['pdf', 'docx', 'txt', 'html']

const line = (number: number) =>
  `Paragraph ${number} tells how the ferry left the harbour at dawn, carried grain and letters, and came back before the storm of that week.`

/** `paragraphs` lines of prose, the planted word in the middle. */
function prose(word: string, paragraphs: number): string[] {
  const lines = Array.from({ length: paragraphs }, (_, i) => line(i + 1))
  lines[Math.floor(paragraphs / 2)] += ` The password of the day was ${word}.`
  return lines
}

export function makeFile(kind: Kind, word: string, paragraphs: number): Buffer {
  const lines = prose(word, paragraphs)
  if (kind === 'txt') return Buffer.from(lines.join('\n\n'))
  if (kind === 'html')
    return Buffer.from(
      `<!doctype html><html lang="en"><title>Log</title><body>${lines.map((text) => `<p>${text}</p>`).join('')}</body></html>`,
    )
  return kind === 'docx' ? makeDocx(lines) : makePdf(pagesOf(lines, 12))
}

function pagesOf(lines: string[], perPage: number): string[][] {
  const pages: string[][] = []
  for (let i = 0; i < lines.length; i += perPage) pages.push(lines.slice(i, i + perPage))
  return pages
}

/** PDF 1.4 with uncompressed text in Helvetica; each entry of a page is broken into printed lines of 80 characters. */
export function makePdf(pages: string[][]): Buffer {
  const kids = pages.map((_, i) => `${4 + i * 2} 0 R`).join(' ')
  const parts = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  pages.forEach((lines, i) => {
    const printed = lines.flatMap((text) => [...(text.match(/.{1,80}(\s|$)/g) ?? [text]), ''])
    const content = `BT /F1 10 Tf 50 800 Td 12 TL ${printed.map((text) => `(${text.trim().replaceAll(/[()\\]/g, '\\$&')}) Tj T*`).join(' ')} ET`
    parts.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + i * 2} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    )
  })
  return assemblePdf(parts)
}

/** `count` empty pages, all in one flat tree. */
export function makePdfOfManyPages(count: number): Buffer {
  const kids = Array.from({ length: count }, (_, i) => `${3 + i} 0 R`).join(' ')
  return assemblePdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${count} /MediaBox [0 0 200 200] >>`,
    ...Array.from({ length: count }, () => '<< /Type /Page /Parent 2 0 R >>'),
  ])
}

function assemblePdf(objects: string[]): Buffer {
  const written = ['%PDF-1.4\n']
  let at = written[0]!.length
  const offsets = objects.map((object, i) => {
    const text = `${i + 1} 0 obj\n${object}\nendobj\n`
    const offset = at
    written.push(text)
    at += text.length
    return offset
  })
  written.push(
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
  )
  return Buffer.from(written.join(''), 'latin1')
}

export function makeDocx(lines: string[]): Buffer {
  const body = lines.map((text) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`).join('')
  return docxWith(
    `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  )
}

/** A DOCX around this main part, whatever stands in it. */
export function docxWith(document: string | Uint8Array, more: Record<string, Uint8Array> = {}): Buffer {
  return Buffer.from(
    zipSync({
      '[Content_Types].xml': strToU8(
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      ),
      '_rels/.rels': strToU8(
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
      ),
      'word/document.xml':
        typeof document === 'string' ? strToU8(`<?xml version="1.0" encoding="UTF-8"?>${document}`) : document,
      ...more,
    }),
  )
}
