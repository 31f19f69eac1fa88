/** Reads a ZIP of documents. */
import type { Zip, ZipEntry } from '../archive/zip.ts'
import { mediaTypes } from '../media-types.ts'
import { ExtractionError } from '../shapes.ts'
import type { Draft, Reading } from '../reading.ts'
import { innerPages } from './inner-files.ts'

/** What archivers and systems put beside the documents. */
const litter = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i

export async function readArchive(zip: Zip, reading: Reading): Promise<Draft> {
  const members = [...zip.entries.values()].filter((entry) => !entry.name.endsWith('/') && !litter.test(entry.name))
  if (members.length === 0) throw new ExtractionError('empty', 'The archive holds no files.')
  if (members.every((entry) => entry.encrypted)) {
    throw new ExtractionError(
      'encrypted',
      'The archive is protected by a password. Unpack it and add its documents without the password.',
    )
  }
  const files = members.map((entry: ZipEntry) => ({ name: safeName(entry.name), bytes: () => zip.readEntry(entry) }))
  const pages = await innerPages(files, reading, 'File')
  if (pages.length === 0)
    throw new ExtractionError(
      'unsupported',
      `None of the ${members.length} files in the archive is a document that can be read. ${reading.warnings[0] ?? ''}`.trim(),
    )
  return { format: 'zip', mediaType: mediaTypes.zip, pageUnit: 'section', pages }
}

/** The path inside the archive, without what could point out of it or turn the reading direction of a screen. */
function safeName(name: string): string {
  return (
    name
      .split('/')
      .filter((step) => step && step !== '.' && step !== '..')
      .join('/')
      .replace(/[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '') || 'file'
  )
}
