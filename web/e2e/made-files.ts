/** Small real documents for the journey, made here so that nothing has to be kept beside the code. */
import { strToU8, zipSync } from 'fflate'

export type MadeFile = { name: string; type: string; bytes: Buffer }

/** A PDF of plain text pages with a cross-reference table; Helvetica, WinAnsi (so é, ü, € stand). */
export function makePdf(pages: string[][]): Buffer {
  const objects: Buffer[] = []
  const add = (text: string | Buffer) => objects.push(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
  const pageNumber = (index: number) => 4 + index * 2
  add('<< /Type /Catalog /Pages 2 0 R >>')
  add(
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${pageNumber(index)} 0 R`).join(' ')}] >>`,
  )
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  pages.forEach((lines, index) => {
    const escaped = lines.map((line) => line.replace(/[\\()]/g, '\\$&'))
    const stream = Buffer.from(
      `BT /F1 12 Tf 72 770 Td 18 TL ${escaped.map((line) => `(${line}) Tj T*`).join(' ')} ET`,
      'latin1',
    )
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${pageNumber(index) + 1} 0 R >>`,
    )
    add(Buffer.concat([Buffer.from(`<< /Length ${stream.length} >>\nstream\n`), stream, Buffer.from('\nendstream')]))
  })
  const parts = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let at = parts[0]?.length ?? 0
  objects.forEach((body, index) => {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')])
    offsets.push(at)
    at += whole.length
    parts.push(whole)
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

const escapeXml = (text: string) =>
  text.replace(/[<>&"]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[sign] ?? sign)
const zip = (files: Record<string, string>) =>
  Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)]))))
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const types = (overrides: string) =>
  `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`
const rels = (items: string) =>
  `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items}</Relationships>`
const officeDocument = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A Word file: lines that begin with "# " are headings. */
export function makeDocx(lines: string[]): Buffer {
  const paragraph = (line: string) => {
    const heading = line.startsWith('# ')
    const style = heading ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : ''
    return `<w:p>${style}<w:r><w:t xml:space="preserve">${escapeXml(heading ? line.slice(2) : line)}</w:t></w:r></w:p>`
  }
  return zip({
    '[Content_Types].xml': types(
      '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>',
    ),
    '_rels/.rels': rels(`<Relationship Id="rId1" Type="${officeDocument}/officeDocument" Target="word/document.xml"/>`),
    'word/document.xml': `${head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${lines.map(paragraph).join('')}<w:sectPr/></w:body></w:document>`,
  })
}

/** An Excel file of one sheet; numbers are stored as numbers. */
export function makeXlsx(sheet: string, rows: (string | number)[][]): Buffer {
  const cell = (value: string | number) =>
    typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${escapeXml(value)}</t></is></c>`
  return zip({
    '[Content_Types].xml': types(
      '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>',
    ),
    '_rels/.rels': rels(`<Relationship Id="rId1" Type="${officeDocument}/officeDocument" Target="xl/workbook.xml"/>`),
    'xl/workbook.xml': `${head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${officeDocument}"><sheets><sheet name="${escapeXml(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': rels(
      `<Relationship Id="rId1" Type="${officeDocument}/worksheet" Target="worksheets/sheet1.xml"/>`,
    ),
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('')}</sheetData></worksheet>`,
  })
}

const made = (name: string, type: string, bytes: Buffer | string): MadeFile => ({
  name,
  type,
  bytes: Buffer.from(bytes),
})

/** What everybody may see. */
export const sharedFiles: MadeFile[] = [
  made(
    'Travel policy 2026.pdf',
    'application/pdf',
    makePdf([
      [
        'Travel policy 2026',
        '',
        'This policy holds for every employee of the harbour works.',
        'Requests are made through the travel office.',
      ],
      [
        'Travel by train',
        '',
        'Employees may travel first class when the journey by train takes longer than three hours.',
        'The booking must be made at least two weeks ahead.',
        'A daily allowance of 28 euros is paid for meals.',
      ],
      ['Travel by air', '', 'Flights need the written consent of the head of department.'],
    ]),
  ),
  made(
    'Liefervertrag Weber.docx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    makeDocx([
      '# Lieferung',
      'Die Lieferung der Transformatoren erfolgt innerhalb von zwölf Wochen nach der Bestellung.',
      '# Vertragsstrafe',
      'Bei verspäteter Lieferung zahlt der Lieferant eine Vertragsstrafe von 0,5 Prozent des Auftragswerts für jede Woche.',
    ]),
  ),
  made(
    'Budget 2026.xlsx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    makeXlsx('Costs', [
      ['Department', 'Budget in euros'],
      ['Harbour maintenance', 480000],
      ['Pilot boats', 215000],
    ]),
  ),
  made(
    'Safety rules.md',
    'text/markdown',
    '# Safety in the laboratory\n\nGoggles and gloves are worn whenever acids are handled.\n\n- Spills are reported to the safety officer at once.\n- The eye wash station is tested every Monday.\n',
  ),
  made(
    'Canteen.html',
    'text/html',
    '<!doctype html><html lang="en"><title>Canteen</title><body><h1>Canteen</h1><p>The canteen serves warm meals between half past eleven and two o’clock.</p><script>document.title = "stolen"</script></body></html>',
  ),
  made(
    'Turbine delivery.eml',
    'message/rfc822',
    'From: Ines Brandt <ines@example.org>\r\nTo: Marta Schulze <marta@example.org>\r\nSubject: Delivery of the turbine\r\nDate: Tue, 10 Mar 2026 09:12:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe turbine will leave the factory in Graz on 14 April and reach the harbour four days later.\r\n',
  ),
]

/** A word that stands in one private document and nowhere else. */
export const SECRET = 'zephyranthes'
export const privateFile: MadeFile = made(
  'Reorganisation draft.md',
  'text/markdown',
  `# Project ${SECRET}\n\nUnder project ${SECRET} the pilot boats move to the northern quay and eleven posts are cut.\n`,
)
