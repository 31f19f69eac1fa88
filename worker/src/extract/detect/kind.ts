/** Decides what a file is from its bytes. The name only tells kinds of text apart. */
import { Ole, isOle } from '../archive/ole.ts'
import { Zip, readDirectory } from '../archive/zip.ts'
import type { ZipEntry } from '../archive/zip.ts'
import { damaged } from '../reading.ts'
import type { Reading } from '../reading.ts'
import { ExtractionError } from '../shapes.ts'
import type { Format } from '../shapes.ts'
import { decodeText } from './text-encoding.ts'
import { textKind } from './text-kind.ts'

export type Kind = { format: Format; text?: string; zip?: Zip; ole?: Ole }

/** Throws ExtractionError: 'empty', 'encrypted', 'unsupported' or 'damaged'. */
export function detectKind(bytes: Uint8Array, fileName: string, reading: Reading): Kind {
  if (bytes.length === 0)
    throw new ExtractionError(
      'empty',
      'The file is empty (0 bytes). Check whether it was copied completely, and upload it again.',
    )
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  if (/^\s{0,16}%PDF-/.test(head) || head.includes('%PDF-')) return { format: 'pdf' }
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return { format: 'png' }
  if (head.startsWith('\xff\xd8\xff')) return { format: 'jpeg' }
  if (/^(II\x2a\x00|MM\x00\x2a)/.test(head)) return { format: 'tiff' }
  if (/^PK(\x03\x04|\x05\x06|\x07\x08)/.test(head)) return zipKind(bytes, reading)
  if (isOle(bytes)) return oleKind(bytes)
  const other = otherBinary(head)
  if (other) throw unsupported(other)
  const decoded = decodeText(bytes)
  if (!decoded) throw unsupported('an unknown kind of file')
  if (!decoded.text.trim()) throw new ExtractionError('empty', 'The file holds nothing but white space.')
  return { format: textKind(decoded.text, fileName), text: decoded.text }
}

function unsupported(
  what: string,
  advice = 'Save it as PDF, or in a common office format, and upload that.',
): ExtractionError {
  return new ExtractionError('unsupported', `This is ${what}, which cannot be searched here. ${advice}`)
}

function zipKind(bytes: Uint8Array, reading: Reading): Kind {
  const names = readDirectory(bytes, 'a packed office file or archive')
  const has = (name: string) => names.has(name)
  if (
    [...names.keys()].some((name) => /(^|\/)\.iwp[hv]\d*$/.test(name)) ||
    (has('buildVersionHistory.plist') && isScrambled(names))
  ) {
    throw new ExtractionError(
      'encrypted',
      'This Apple iWork document is protected by a password. Open it, export it as PDF without a password, and upload that.',
    )
  }
  if (
    has('Index/Document.iwa') ||
    has('Index.zip') ||
    (has('index.xml') && has('buildVersionHistory.plist')) ||
    has('index.apxl')
  ) {
    throw unsupported(
      'an Apple iWork document (Pages, Numbers or Keynote)',
      'Export it as PDF or as a Microsoft Office file, and upload that.',
    )
  }
  const zip = new Zip(bytes, reading, 'a packed office file or archive')
  const format = odfKind(zip) ?? ooxmlKind(zip) ?? 'zip'
  return { format, zip }
}

/** The main part of an older iWork document is packed as usual; under a password, by a method of Apple's own. */
function isScrambled(names: Map<string, ZipEntry>): boolean {
  const main = names.get('index.xml')
  return main !== undefined && main.method !== 0 && main.method !== 8
}

function odfKind(zip: Zip): Format | undefined {
  const mime = zip.has('mimetype') ? Buffer.from(zip.read('mimetype')!.subarray(0, 200)).toString('latin1').trim() : ''
  if (
    mime === 'application/epub+zip' ||
    (!mime && zip.has('META-INF/container.xml') && !zip.has('[Content_Types].xml'))
  )
    return 'epub'
  const kind = /^application\/vnd\.oasis\.opendocument\.(\w+)/.exec(mime)?.[1]
  if (!kind) return undefined
  const manifest = zip.has('META-INF/manifest.xml')
    ? Buffer.from(zip.read('META-INF/manifest.xml')!).toString('utf8')
    : ''
  if (manifest.includes('encryption-data')) {
    throw new ExtractionError(
      'encrypted',
      'The document is protected by a password. Open it, save it without the password, and upload that copy.',
    )
  }
  if (kind === 'text') return 'odt'
  if (kind === 'presentation' || kind === 'graphics') return 'odp'
  if (kind === 'spreadsheet') return 'ods'
  throw unsupported(`an OpenDocument file of the kind "${kind}"`)
}

function ooxmlKind(zip: Zip): Format | undefined {
  const types = zip.has('[Content_Types].xml') ? Buffer.from(zip.read('[Content_Types].xml')!).toString('utf8') : ''
  if (types.includes('sheet.binary.macroEnabled.main'))
    throw unsupported('a binary Excel workbook (.xlsb)', 'Save it as .xlsx and upload that.')
  if (/wordprocessingml\.(document|template)\.main|word\.(document|template)\.macroEnabled/i.test(types)) return 'docx'
  if (/spreadsheetml\.(sheet|template)\.main|excel\.(sheet|template|addin)\.macroEnabled/i.test(types)) return 'xlsx'
  if (
    /presentationml\.(presentation|slideshow|template)\.main|powerpoint\.(presentation|slideshow|template)\.macroEnabled/i.test(
      types,
    )
  )
    return 'pptx'
  if (zip.has('word/document.xml')) return 'docx'
  if (zip.has('xl/workbook.xml')) return 'xlsx'
  if (zip.has('ppt/presentation.xml')) return 'pptx'
  if (types.includes('ms-package.') || /visio|xps/i.test(types)) throw unsupported('a Visio or XPS file')
  return undefined
}

function oleKind(bytes: Uint8Array): Kind {
  let ole: Ole
  try {
    ole = new Ole(bytes)
  } catch (cause) {
    throw cause instanceof ExtractionError ? cause : damaged('an older office file', cause)
  }
  const names = new Set(ole.names)
  if (names.has('EncryptedPackage') || names.has('EncryptionInfo')) {
    throw new ExtractionError(
      'encrypted',
      'The document is protected by a password. Open it, remove the password (File, Info, Protect), save it, and upload that copy.',
    )
  }
  if (names.has('__properties_version1.0') || names.has('__nameid_version1.0')) return { format: 'msg', ole }
  if (names.has('WordDocument')) return { format: 'doc', ole }
  if (names.has('Workbook') || names.has('Book')) return { format: 'xls', ole }
  if (names.has('PowerPoint Document')) return { format: 'ppt', ole }
  if (ole.names.length === 0) throw damaged('an older office file')
  throw unsupported('an older Microsoft file of an unknown kind')
}

/** Common kinds of file that are not documents, called by their names so that the person knows what was uploaded. */
function otherBinary(head: string): string | undefined {
  const magic: [RegExp, string][] = [
    [/^MZ/, 'a Windows program'],
    [/^\x7fELF/, 'a Linux program'],
    [/^GIF8/, 'a GIF picture'],
    [/^BM[\s\S]{4}\x00\x00/, 'a BMP picture'],
    [/^RIFF[\s\S]{4}WEBP/, 'a WebP picture'],
    [/^[\s\S]{4}ftyp/, 'a video or HEIC picture'],
    [/^RIFF/, 'an audio or video file'],
    [/^(ID3|\xff\xfb|OggS|fLaC)/, 'an audio file'],
    [/^\x1f\x8b/, 'a gzip archive'],
    [/^7z\xbc\xaf/, 'a 7-Zip archive'],
    [/^Rar!/, 'a RAR archive'],
    [/^\xfd7zXZ/, 'an xz archive'],
    [/^BZh/, 'a bzip2 archive'],
    [/^SQLite format 3/, 'a database'],
    [/^%!PS/, 'a PostScript file'],
    [/^\x00\x01\x00\x00Standard (Jet|ACE)/, 'an Access database'],
  ]
  const found = magic.find(([pattern]) => pattern.test(head))?.[1]
  if (found?.includes('archive')) return `${found} (only ZIP is unpacked)`
  return found ?? (head.slice(257, 262) === 'ustar' ? 'a tar archive (only ZIP is unpacked)' : undefined)
}
