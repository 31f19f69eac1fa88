/** Small files of every kind, made by the tests themselves, harmless and hostile. */
import { strToU8, zipSync } from 'fflate'

export type Members = Record<string, string | Uint8Array>

export function makeZip(members: Members, level: 0 | 6 = 6): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(members).map(([name, content]) => [
        name,
        typeof content === 'string' ? strToU8(content) : content,
      ]),
    ),
    { level },
  )
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const relationship = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export function relations(entries: [id: string, type: string, target: string][]): string {
  return `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries.map(([id, type, target]) => `<Relationship Id="${id}" Type="${relationship}/${type}" Target="${target}"/>`).join('')}</Relationships>`
}

function contentTypes(part: string, type: string): string {
  return `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/></Types>`
}

/** `body` is the inside of w:body; `parts` are further parts by relation type, as [target, content]. */
export function makeDocx(body: string, parts: Record<string, [target: string, content: string]> = {}): Uint8Array {
  const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
  const members: Members = {
    '[Content_Types].xml': contentTypes('/word/document.xml', 'wordprocessingml.document.main'),
    '_rels/.rels': relations([['r1', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': `${xml}<w:document ${w} xmlns:r="${relationship}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><w:body>${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relations(
      Object.entries(parts).map(([type, [target]], i) => [`p${i}`, type, target]),
    ),
  }
  for (const [target, content] of Object.values(parts))
    members[`word/${target}`] = `${xml}${content.replace('>', ` ${w}>`)}`
  return makeZip(members)
}

export const paragraph = (text: string, properties = ''): string =>
  `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`

/** Sheets by name; each is the inside of the worksheet element. */
export function makeXlsx(sheets: Record<string, string>, strings: string[] = [], styles = ''): Uint8Array {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const names = Object.keys(sheets)
  return makeZip({
    '[Content_Types].xml': contentTypes('/xl/workbook.xml', 'spreadsheetml.sheet.main'),
    '_rels/.rels': relations([['r1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `${xml}<workbook ${main} xmlns:r="${relationship}"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...names.map((_, i): [string, string, string] => [`s${i}`, 'worksheet', `worksheets/sheet${i + 1}.xml`]),
      ['st', 'sharedStrings', 'sharedStrings.xml'],
      ['sy', 'styles', 'styles.xml'],
    ]),
    'xl/sharedStrings.xml': `${xml}<sst ${main}>${strings.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    'xl/styles.xml': `${xml}<styleSheet ${main}>${styles}</styleSheet>`,
    ...Object.fromEntries(
      Object.values(sheets).map((content, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        `${xml}<worksheet ${main}>${content}</worksheet>`,
      ]),
    ),
  })
}

/** Each slide is the inside of its shape tree, with the notes spoken to it. */
export function makePptx(slides: { shapes: string; notes?: string }[]): Uint8Array {
  const spaces = `xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${relationship}"`
  const members: Members = {
    '[Content_Types].xml': contentTypes('/ppt/presentation.xml', 'presentationml.presentation.main'),
    '_rels/.rels': relations([['r1', 'officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `${xml}<p:presentation ${spaces}><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="s${i}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(slides.map((_, i) => [`s${i}`, 'slide', `slides/slide${i + 1}.xml`])),
  }
  slides.forEach(({ shapes, notes }, i) => {
    members[`ppt/slides/slide${i + 1}.xml`] =
      `${xml}<p:sld ${spaces}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`
    if (notes === undefined) return
    members[`ppt/slides/_rels/slide${i + 1}.xml.rels`] = relations([
      ['n', 'notesSlide', `../notesSlides/notesSlide${i + 1}.xml`],
    ])
    members[`ppt/notesSlides/notesSlide${i + 1}.xml`] =
      `${xml}<p:notes ${spaces}><p:cSld><p:spTree>${shape(notes, 'body')}</p:spTree></p:cSld></p:notes>`
  })
  return makeZip(members)
}

export function shape(text: string, placeholder = '', paragraphProperties = ''): string {
  return `<p:sp><p:nvSpPr><p:nvPr>${placeholder && `<p:ph type="${placeholder}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${text
    .split('\n')
    .map((line) => `<a:p>${paragraphProperties}<a:r><a:t>${line}</a:t></a:r></a:p>`)
    .join('')}</p:txBody></p:sp>`
}

const odfSpaces =
  ['office', 'text', 'table', 'style', 'presentation']
    .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
    .join(' ') +
  ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'

/** `body` is the inside of office:text, office:presentation or office:spreadsheet. */
export function makeOdf(
  kind: 'text' | 'presentation' | 'spreadsheet',
  body: string,
  styles = '',
  manifest = '',
): Uint8Array {
  return makeZip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'META-INF/manifest.xml': `<manifest>${manifest}</manifest>`,
    'content.xml': `${xml}<office:document-content ${odfSpaces}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
  })
}

/** Chapters by file name, in order of reading. */
export function makeEpub(chapters: Record<string, string>, title = 'A book'): Uint8Array {
  const names = Object.keys(chapters)
  return makeZip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    'OEBPS/book.opf': `<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></metadata><manifest>${names.map((name) => `<item id="${name}" href="${name}"/>`).join('')}</manifest><spine>${names.map((name) => `<itemref idref="${name}"/>`).join('')}</spine></package>`,
    ...Object.fromEntries(
      names.map((name) => [
        `OEBPS/${name}`,
        `<html xmlns="http://www.w3.org/1999/xhtml"><body>${chapters[name]}</body></html>`,
      ]),
    ),
  })
}

export type PdfLine = { x: number; y: number; size?: number; text: string; font?: 'F1' | 'F2' }

/** Pages of A4 in Helvetica (F1) and Helvetica-Bold (F2); y counts from below, as PDF does. `extra` goes into the trailer. */
export function makePdf(
  pages: PdfLine[][],
  { rotate = 0, extra = '' }: { rotate?: number; extra?: string } = {},
): Uint8Array {
  const objects: string[] = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>',
  ]
  const kids: string[] = []
  for (const lines of pages) {
    const content = lines
      .map(
        ({ x, y, size = 11, text, font = 'F1' }) =>
          `BT /${font} ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[()\\]/g, '\\$&')}) Tj ET`,
      )
      .join('\n')
    objects.push(`<</Length ${content.length}>>stream\n${content}\nendstream`)
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate ${rotate}/Contents ${objects.length} 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>`,
    )
    kids.push(`${objects.length} 0 R`)
  }
  objects[1] = `<</Type/Pages/Kids[${kids.join(' ')}]/Count ${kids.length}>>`
  return pdfOf(objects, extra)
}

/** A PDF of so many empty pages. */
export function makeLongPdf(count: number): Uint8Array {
  const kids = Array.from({ length: count }, (_, i) => `${i + 3} 0 R`).join(' ')
  return pdfOf(
    [
      '<</Type/Catalog/Pages 2 0 R>>',
      `<</Type/Pages/Kids[${kids}]/Count ${count}>>`,
      ...Array.from({ length: count }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>'),
    ],
    '',
  )
}

function pdfOf(objects: string[], extra: string): Uint8Array {
  let file = '%PDF-1.7\n'
  const offsets: number[] = []
  objects.forEach((object, i) => {
    offsets.push(file.length)
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
  })
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${extra}>>\nstartxref\n${start}\n%%EOF`
  return Buffer.from(file, 'latin1')
}

/** An OLE compound file with streams of these names, all short. */
export function makeOle(streams: Record<string, Uint8Array>): Uint8Array {
  const sector = 512
  const names = Object.keys(streams)
  const directorySectors = Math.ceil((names.length + 1) / 4)
  const bodies = names.map((name) => {
    // At least the size from which streams stand in ordinary sectors.
    const body = Buffer.alloc(Math.ceil(Math.max(4096, streams[name]!.length) / sector) * sector)
    body.set(streams[name]!)
    return body
  })
  const fat: number[] = [0xfffffffd]
  const chain = (count: number): number => {
    const start = fat.length
    for (let i = 1; i < count; i++) fat.push(start + i)
    fat.push(0xfffffffe)
    return start
  }
  const directoryStart = chain(directorySectors)
  const starts = bodies.map((body) => chain(body.length / sector))
  const header = Buffer.alloc(sector)
  header.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(3, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(9, 30)
  header.writeUInt16LE(6, 32)
  header.writeUInt32LE(1, 44)
  header.writeUInt32LE(directoryStart, 48)
  header.writeUInt32LE(4096, 56)
  header.writeUInt32LE(0xfffffffe, 60)
  header.writeUInt32LE(0xfffffffe, 68)
  header.fill(0xff, 76)
  header.writeUInt32LE(0, 76)
  const table = Buffer.alloc(sector, 0xff)
  fat.forEach((next, i) => table.writeUInt32LE(next, i * 4))
  const directory = Buffer.alloc(directorySectors * sector)
  const entry = (index: number, name: string, type: number, start: number, size: number) => {
    const at = index * 128
    directory.write(name, at, 'utf16le')
    directory.writeUInt16LE(name.length * 2 + 2, at + 64)
    directory[at + 66] = type
    directory.writeUInt32LE(start, at + 116)
    directory.writeUInt32LE(size, at + 120)
  }
  entry(0, 'Root Entry', 5, 0xfffffffe, 0)
  names.forEach((name, i) => entry(i + 1, name, 2, starts[i]!, bodies[i]!.length))
  return Buffer.concat([header, table, directory, ...bodies])
}
