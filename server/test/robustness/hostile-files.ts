/** Files made to hurt whoever opens them. Small on the wire, made in moments. */
import { crc32, deflateRawSync } from 'node:zlib'
import type { Random } from '../access/random.ts'
import { docxWith, makeDocx, makeFile, makePdf, makePdfOfManyPages } from './files.ts'

/** A ZIP written by hand, so that an entry's packed bytes can be used many times. */
export function zipOf(entries: { name: string; packed: Buffer; size: number; crc: number }[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const { name, packed, size, crc } of entries) {
    const title = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc, 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(size, 18)
    fields.writeUInt16LE(title.length, 22)
    local.push(Buffer.from('PK\x03\x04', 'latin1'), fields, title, packed)
    const more = Buffer.alloc(14)
    more.writeUInt32LE(at, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, more, title)
    at += 30 + title.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, directory, end])
}

const entry = (name: string, bytes: Buffer) => ({
  name,
  packed: deflateRawSync(bytes, { level: 9 }),
  size: bytes.length,
  crc: crc32(bytes),
})

/** 2 GiB of zeros in 2 MB. */
export function zipBomb(): Buffer {
  const one = entry('a.txt', Buffer.alloc(32 * 1024 ** 2))
  return zipOf(Array.from({ length: 64 }, (_, i) => ({ ...one, name: `${i}.txt` })))
}

/** The main part unpacks to 400 MB of paragraphs. */
export function docxBomb(): Buffer {
  const paragraphs = Buffer.from('<w:p><w:r><w:t>a</w:t></w:r></w:p>'.repeat(1 << 18))
  const head = Buffer.from(
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>',
  )
  const whole = Buffer.concat([
    head,
    ...Array.from({ length: 45 }, () => paragraphs),
    Buffer.from('</w:body></w:document>'),
  ])
  const types =
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
  const relations =
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
  return zipOf([
    entry('[Content_Types].xml', Buffer.from(types)),
    entry('_rels/.rels', Buffer.from(relations)),
    entry('word/document.xml', whole),
  ])
}

export function nestedZip(depth: number): Buffer {
  let inner = zipOf([entry('end.txt', Buffer.from('the innermost words'))])
  for (let i = 0; i < depth; i += 1) inner = zipOf([entry(`level${i}.zip`, inner)])
  return inner
}

export function billionLaughs(): Buffer {
  const entities = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')
  return docxWith(
    `<!DOCTYPE w:document [<!ENTITY l0 "ha">${entities}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&l10;</w:t></w:r></w:p></w:body></w:document>`,
  )
}

export const extensions = [
  'pdf',
  'docx',
  'pptx',
  'xlsx',
  'odt',
  'odp',
  'ods',
  'rtf',
  'html',
  'md',
  'txt',
  'csv',
  'vtt',
  'eml',
  'msg',
  'epub',
  'png',
  'jpg',
  'tiff',
  'zip',
  'doc',
  'xls',
  'ppt',
  'exe',
  'bin',
]

/** `reasons`: how it may end; empty: any clear end will do. */
export type Hostile = { name: string; bytes: Buffer; reasons: string[]; format?: string }

export function hostileFiles(random: Random): Hostile[] {
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.int(256)))
  const pdf = makeFile('pdf', 'truncatedpdf', 40)
  const docx = makeFile('docx', 'truncateddocx', 40)
  return [
    { name: 'bomb.zip', bytes: zipBomb(), reasons: ['too_large_unpacked'] },
    { name: 'bomb.docx', bytes: docxBomb(), reasons: ['too_large_unpacked', 'too_much_memory', 'damaged'] },
    { name: 'nested.zip', bytes: nestedZip(12), reasons: ['too_deeply_nested'] },
    {
      name: 'laughs.docx',
      bytes: billionLaughs(),
      reasons: ['too_large_unpacked', 'too_much_memory', 'damaged', 'too_slow', 'crashed'],
    },
    { name: 'long.pdf', bytes: makePdfOfManyPages(100_000), reasons: ['too_many_pages'] },
    { name: 'empty.pdf', bytes: Buffer.alloc(0), reasons: ['empty'] },
    ...extensions.map((ending) => ({
      name: `noise.${ending}`,
      bytes: noise(5000),
      reasons: ['unsupported', 'damaged'],
    })),
    ...extensions.map((ending) => ({
      name: `half-a-pdf.${ending}`,
      bytes: pdf.subarray(0, Math.floor(pdf.length * 0.6)),
      reasons: [],
    })),
    ...['docx', 'zip', 'xlsx', 'epub', 'pdf'].map((ending) => ({
      name: `half-a-docx.${ending}`,
      bytes: docx.subarray(0, Math.floor(docx.length * 0.6)),
      reasons: ['damaged', 'unsupported'],
    })),
    { name: 'really-a-pdf.docx', bytes: makePdf([['the wrong ending']]), reasons: ['ready'], format: 'pdf' },
    { name: 'really-a-docx.pdf', bytes: makeDocx(['the wrong ending']), reasons: ['ready'], format: 'docx' },
  ]
}
