import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, test, vi } from 'vitest'
import {
  makeDocx,
  makeEpub,
  makeLongPdf,
  makeOdf,
  makeOle,
  makePdf,
  makePptx,
  makeXlsx,
  makeZip,
  paragraph,
  shape,
} from '../../test/make-files.ts'
import { createExtractor } from './index.ts'
import { ExtractionError } from './shapes.ts'
import type { Extraction } from './shapes.ts'

// Real processes on a busy machine; a hanging one is the failure looked for, not a slow one.
vi.setConfig({ testTimeout: 60_000 })
const folder = mkdtempSync(join(tmpdir(), 'innosynth-hostile-'))
const extractor = createExtractor({
  processes: 1,
  limits: {
    pages: 2_000,
    unpackedBytes: 64 * 2 ** 20,
    nesting: 3,
    memoryBytes: 768 * 2 ** 20,
    idleMs: 15_000,
    totalMs: 60_000,
  },
})

afterAll(async () => {
  await extractor.close()
  rmSync(folder, { recursive: true })
})

/** What became of an uploaded file: its extraction, or the error the person reads. */
async function upload(fileName: string, bytes: Uint8Array): Promise<Extraction | ExtractionError> {
  const path = join(folder, 'upload')
  writeFileSync(path, bytes)
  return extractor.extract({ path, fileName }).catch((error: unknown) => {
    expect(error).toBeInstanceOf(ExtractionError)
    return error as ExtractionError
  })
}

async function refusal(fileName: string, bytes: Uint8Array): Promise<ExtractionError['code']> {
  const result = await upload(fileName, bytes)
  expect(result).toBeInstanceOf(ExtractionError)
  // A sentence for people: it ends as one and names no internals.
  expect((result as ExtractionError).message).toMatch(/^[A-Z"].*\.$/s)
  expect((result as ExtractionError).message).not.toMatch(/Error:|undefined|\bat \//)
  return (result as ExtractionError).code
}

/** A ZIP with one member whose directory claims `declared` bytes. */
function bomb(name: string, megabytes: number, declared: number): Uint8Array {
  const packed = deflateRawSync(Buffer.alloc(megabytes * 2 ** 20, 32))
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(8, 8)
  header.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(declared, 24)
  entry.writeUInt16LE(name.length, 28)
  const local = Buffer.concat([header, Buffer.from(name), packed])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, entry, Buffer.from(name), end])
}

describe('a file made to fill the machine', () => {
  test('as a ZIP whose directory admits its size is refused before anything is unpacked', async () => {
    expect(await refusal('bomb.zip', bomb('a.txt', 100, 100 * 2 ** 20))).toBe('too_large_unpacked')
  })

  test('as a ZIP whose directory lies about its size is stopped while unpacking', async () => {
    expect(await refusal('bomb.zip', bomb('a.txt', 100, 1_000))).toBe('too_large_unpacked')
  })

  test('as a Word document with a huge part is refused', async () => {
    expect(await refusal('bomb.docx', bomb('word/document.xml', 100, 100 * 2 ** 20))).toBe('too_large_unpacked')
  })

  test('as many members that each keep the limit is stopped when they pass it together', async () => {
    const member = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(8 * 2 ** 20)])
    const members = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.exe`, member]))
    expect(await refusal('many.zip', makeZip(members, 0))).toBe('too_large_unpacked')
  })

  test('as ZIPs inside ZIPs is refused', async () => {
    let nested = makeZip({ 'end.txt': 'deep down' })
    for (let i = 0; i < 8; i++) nested = makeZip({ [`level${i}.zip`]: nested })
    expect(await refusal('nested.zip', nested)).toBe('too_deeply_nested')
  })

  test('as XML entities that expand a billion times is refused in every packed format', async () => {
    const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]><root>&j;</root>`
    expect(await refusal('laughs.docx', makeZip({ 'word/document.xml': laughs }))).toBe('damaged')
    expect(await refusal('laughs.xlsx', makeZip({ 'xl/workbook.xml': laughs }))).toBe('damaged')
    expect(
      await refusal(
        'laughs.odt',
        makeZip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': laughs }),
      ),
    ).toBe('damaged')
  })

  test('as XML nested a hundred thousand deep is refused', async () => {
    expect(await refusal('deep.docx', makeDocx(`${'<w:sdt><w:sdtContent>'.repeat(50_000)}`))).toBe('damaged')
  })

  test('as HTML nested twenty thousand deep ends without a crash', async () => {
    const result = await upload('deep.html', Buffer.from(`<html><body>${'<div>'.repeat(20_000)}words`))
    expect(result instanceof ExtractionError ? result.code : 'read').toMatch(/read|damaged/)
  })

  test('as a PDF of 100,000 pages is refused', async () => {
    expect(await refusal('long.pdf', makeLongPdf(100_000))).toBe('too_many_pages')
  })

  test('as a picture of a billion pixels is refused before it is decoded', async () => {
    const png = Buffer.alloc(64)
    png.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
    png.writeUInt32BE(40_000, 16)
    png.writeUInt32BE(40_000, 20)
    expect(await refusal('flood.png', png)).toBe('too_large_unpacked')
    const jpeg = Buffer.from([
      0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ])
    expect(await refusal('flood.jpg', jpeg)).toBe('too_large_unpacked')
  })

  test('as a spreadsheet cell repeated a million times across is read in no time', async () => {
    const cell =
      '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
    const result = await upload(
      'wide.ods',
      makeOdf(
        'spreadsheet',
        `<table:table table:name="T">${cell.replace('16384', '1')}<table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`,
      ),
    )
    expect(result).toHaveProperty('format', 'ods')
  })
})

const samples: Record<string, Uint8Array> = {
  'a.pdf': makePdf([[{ x: 72, y: 700, text: 'Hello world' }]]),
  'a.docx': makeDocx(paragraph('Hello world')),
  'a.xlsx': makeXlsx({ S: '<sheetData><row><c t="inlineStr"><is><t>Hello</t></is></c></row></sheetData>' }),
  'a.pptx': makePptx([{ shapes: shape('Hello world') }]),
  'a.odt': makeOdf('text', '<text:p>Hello world</text:p>'),
  'a.odp': makeOdf(
    'presentation',
    '<draw:page><draw:frame><draw:text-box><text:p>Hello</text:p></draw:text-box></draw:frame></draw:page>',
  ),
  'a.ods': makeOdf(
    'spreadsheet',
    '<table:table table:name="A"><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>',
  ),
  'a.epub': makeEpub({ 'one.xhtml': '<p>Hello world</p>' }),
  'a.zip': makeZip({ 'a.txt': 'Hello world' }),
  'a.rtf': Buffer.from('{\\rtf1\\ansi Hello world\\par}'),
  'a.html': Buffer.from('<!doctype html><p>Hello world</p>'),
  'a.md': Buffer.from('# Hello\n\nworld'),
  'a.txt': Buffer.from('Hello world'),
  'a.csv': Buffer.from('a,b\n1,2\n'),
  'a.vtt': Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nHello world\n'),
  'a.eml': Buffer.from('From: a@example.org\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\nworld'),
  'a.msg': makeOle({ '__properties_version1.0': new Uint8Array(64) }),
  'a.doc': makeOle({ WordDocument: new Uint8Array(2_000) }),
  'a.xls': makeOle({ Workbook: new Uint8Array(100) }),
  'a.ppt': makeOle({ 'PowerPoint Document': new Uint8Array(100) }),
  'a.png': Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 9, 0, 0, 0, 9]),
    randomBytes(60),
  ]),
  'a.jpg': Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 9, 0, 9]), randomBytes(60)]),
  'a.tif': Buffer.concat([
    Buffer.from([
      0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0, 0, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0,
      0, 0,
    ]),
    randomBytes(60),
  ]),
}

describe('whatever is uploaded under any name', () => {
  test.each(Object.keys(samples))('%s of 0 bytes is called empty', async (name) => {
    expect(await refusal(name, new Uint8Array())).toBe('empty')
  })

  test.each(Object.keys(samples))('%s cut off at any place ends as text or as a plain refusal', async (name) => {
    const bytes = samples[name]!
    for (const share of [0.02, 0.3, 0.6, 0.9, 0.99]) {
      const result = await upload(name, bytes.subarray(0, Math.ceil(bytes.length * share)))
      if (result instanceof ExtractionError) expect(result.code).toMatch(/^(damaged|unsupported|empty)$/)
    }
  })

  test.each(Object.keys(samples))('%s with its bytes shot through ends as text or as a plain refusal', async (name) => {
    const bytes = samples[name]!
    for (let round = 0; round < 6; round++) {
      const shot = Buffer.from(bytes)
      for (let i = 0; i < Math.max(3, bytes.length / 100); i++)
        shot[Math.floor(Math.random() * shot.length)] = Math.floor(Math.random() * 256)
      const result = await upload(name, shot)
      if (result instanceof ExtractionError)
        expect(result.code).toMatch(/^(damaged|unsupported|encrypted|empty|too_large_unpacked|too_many_pages)$/)
    }
  })

  test.each(Object.keys(samples))('random bytes called %s are refused', async (name) => {
    expect(await refusal(name, randomBytes(5_000))).toMatch(/^(unsupported|damaged)$/)
  })

  test.each(['a.docx', 'a.pdf', 'a.odt', 'a.eml'])(
    '%s is known by its content when it is called picture.png',
    async (name) => {
      const result = await upload('picture.png', samples[name]!)
      expect(result).toHaveProperty('format', name.slice(2))
    },
  )
})

describe('a locked file', () => {
  test('of a modern office program says that it is locked', async () => {
    expect(
      await refusal('locked.docx', makeOle({ EncryptedPackage: new Uint8Array(8), EncryptionInfo: new Uint8Array(8) })),
    ).toBe('encrypted')
  })

  test('in PDF says that it is locked', async () => {
    const hex = '<' + '5a'.repeat(32) + '>'
    const extra = `/Encrypt<</Filter/Standard/V 1/R 2/O ${hex}/U ${hex}/P -4>>/ID[<00><00>]`
    expect(await refusal('locked.pdf', makePdf([[{ x: 72, y: 700, text: 'secret' }]], { extra }))).toBe('encrypted')
  })

  test('of OpenDocument says that it is locked', async () => {
    expect(await refusal('locked.odt', makeOdf('text', '', '', '<manifest:encryption-data/>'))).toBe('encrypted')
  })

  test('as a ZIP with a password says that it is locked', async () => {
    const zip = Buffer.from(makeZip({ 'a.txt': 'secret' }))
    zip[6]! |= 1
    zip[zip.indexOf('PK\u0001\u0002') + 8]! |= 1
    expect(await refusal('locked.zip', zip)).toBe('encrypted')
  })
})

test('names inside an archive cannot point out of it or turn the reading direction', async () => {
  const result = await upload('names.zip', makeZip({ '../../etc/passwd.txt': 'one', 'in\u202evoice.txt': 'two' }))
  expect((result as Extraction).pages.map((page) => page.part)).toEqual(['etc/passwd.txt', 'invoice.txt'])
})

test('an archive with a program among its documents reads the documents and says what was left out', async () => {
  const result = (await upload(
    'mixed.zip',
    makeZip({ 'letter.txt': 'Dear Ms Lovelace', 'tool.exe': Buffer.concat([Buffer.from('MZ'), randomBytes(500)]) }),
  )) as Extraction
  expect(result.pages.map((page) => page.part)).toEqual(['letter.txt'])
  expect(result.warnings).toEqual([expect.stringContaining('"tool.exe" was left out')])
})
