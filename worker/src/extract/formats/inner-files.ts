/** Reads files inside files: members of a ZIP, attachments of a message. Their pages follow, each with the name of its part. */
import { ExtractionError } from '../shapes.ts'
import type { Draft, DraftPage, Reading } from '../reading.ts'
import { readDraft } from '../read-document.ts'

/** Bytes of a file, or, for a message stored inside a message without being a file, what reads it. */
export type InnerFile = { name: string } & (
  { bytes: () => Uint8Array } | { draft: (reading: Reading) => Promise<Draft> }
)

/** A broken or unknown inner file is left out with a warning; a limit that is passed ends the whole. */
export async function innerPages(
  files: InnerFile[],
  reading: Reading,
  what: 'Attachment' | 'File',
): Promise<DraftPage[]> {
  const pages: DraftPage[] = []
  for (const [i, file] of files.entries()) {
    reading.progress(i, files.length)
    try {
      const draft = await reading.inside(() =>
        'bytes' in file ? readDraft(file.bytes(), file.name, reading) : file.draft(reading),
      )
      pages.push(
        ...draft.pages.map((page, at) => ({
          ...page,
          part: page.part ? `${file.name}/${page.part}` : file.name,
          partPage: page.partPage ?? at + 1,
        })),
      )
    } catch (error) {
      if (!(error instanceof ExtractionError) || !leavesOthersReadable(error)) throw error
      reading.warn(`${what} "${file.name}" was left out: ${error.message}`)
    }
  }
  return pages
}

function leavesOthersReadable(error: ExtractionError): boolean {
  return (
    error.code === 'unsupported' || error.code === 'encrypted' || error.code === 'damaged' || error.code === 'empty'
  )
}
