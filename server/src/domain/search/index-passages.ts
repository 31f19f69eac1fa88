/** What ingestion adds to cut passages before they are stored: language and packed terms. */
import { detectLanguage } from './language.ts'
import { encodePostings } from './postings.ts'

/**
 * The same passages with `language` (BCP 47 primary tag; that of the whole document where a passage is too short to tell)
 * and `postings` for the column. The document's title is left out on purpose: the index adds it, so that a new title counts
 * at once without touching a passage.
 */
export const indexPassages = <P extends { text: string; headings: readonly string[] }>(
  passages: readonly P[],
): (P & { language: string | null; postings: Uint8Array })[] => {
  const documentLanguage = detectLanguage(sample(passages))
  return passages.map((passage) => {
    const language = detectLanguage(passage.text) ?? documentLanguage
    return {
      ...passage,
      language: language ?? null,
      postings: encodePostings(passage.text, { headings: passage.headings, language }),
    }
  })
}

/** Pieces from all over the document: a cover page may be in another language than the rest. */
const sample = (passages: readonly { text: string }[]): string => {
  const step = Math.max(1, Math.floor(passages.length / 20))
  return passages
    .filter((_, i) => i % step === 0)
    .map(({ text }) => text.slice(0, 200))
    .join('\n')
}
