/** After an upgrade that brought another tokeniser: writes the packed terms of passages anew, from their text. */
import { rows, type Scope, sql } from '../../db/index.ts'
import { detectLanguage } from './language.ts'
import { encodePostings } from './postings.ts'
import { TOKENS_VERSION } from './tokens.ts'

const atOnce = 200

/**
 * Background work over everything; may be stopped at any moment and run again. Documents stay searchable by meaning
 * meanwhile, and by words as soon as they are done. Returns how many passages were written.
 */
export async function refreshPostings(scope: Scope, signal?: AbortSignal): Promise<number> {
  let written = 0
  for (;;) {
    signal?.throwIfAborted()
    const count = await scope.write('search.refresh-postings', async (tx, note) => {
      type Row = { id: number | string; no: number; text: string; headings: string[]; language: string | null }
      const old = await rows<Row>(
        tx,
        sql`select p.id, d.no, p.text, p.headings, p.language from passages p join documents d on d.id = p.document_id
            where length(p.postings) = 0 or get_byte(p.postings, 0) <> ${TOKENS_VERSION} order by p.id limit ${atOnce}`,
      )
      for (const { id, text, headings, language } of old) {
        const known = detectLanguage(text) ?? language ?? undefined
        const packed = Buffer.from(encodePostings(text, { headings, language: known })).toString('base64')
        await tx.execute(
          sql`update passages set postings = decode(${packed}, 'base64'), language = ${known ?? null} where id = ${id}`,
        )
      }
      for (const no of new Set(old.map((row) => row.no)))
        await tx.execute(sql`insert into index_changes (document_no) values (${no})`)
      note({ details: { passages: old.length } })
      return old.length
    })
    written += count
    if (count < atOnce) return written
  }
}
