/**
 * The steps of ingestion that touch rows. The worker calls them between its slow parts, so that no transaction waits for a
 * parser or a model. Each is fenced by the version's attempt: a run that was cancelled or replaced writes nothing.
 */
import { announce, rows, type Scope, sql, type WriteTx } from '../../db/index.ts'
import type { Extraction } from './extraction.ts'
import type { Passage } from './chunk.ts'
import { embedVersion } from './jobs.ts'
import { textArray } from './change.ts'

export type Run = {
  versionId: string
  documentId: string
  documentNo: number
  attempt: number
  sha256: string
  bytes: number
  fileName: string
  title: string
}

/** Marks the version as being read; null where there is nothing to do (cancelled, gone, done). */
export async function beginExtraction(scope: Scope, versionId: string): Promise<Run | null> {
  return scope.write('document.extract', async (tx, note) => {
    type Row = {
      document_id: string
      no: number
      attempt: number
      sha256: string
      bytes: number | string
      file_name: string
      title: string
    }
    const [row] = await rows<Row>(
      tx,
      sql`update versions v set stage = 'extracting', attempt = v.attempt + 1, done = 0, total = 0, stage_started_at = now(),
        problem_code = null, problem_message = null
      from documents d where d.id = v.document_id and v.id = ${versionId} and v.stage in ('queued', 'extracting', 'indexing')
      returning v.document_id, d.no, v.attempt, v.sha256, v.bytes, v.file_name, d.title`,
    )
    if (!row) return null
    note({ object: { type: 'document', id: row.document_id } })
    await announce(tx, { topic: 'ingestion', documentId: row.document_id })
    return {
      versionId,
      documentId: row.document_id,
      documentNo: row.no,
      attempt: row.attempt,
      sha256: row.sha256,
      bytes: Number(row.bytes),
      fileName: row.file_name,
      title: row.title,
    }
  })
}

/** Says how far a run is. False when it should stop: somebody cancelled it or another run took over. */
export async function reportProgress(
  scope: Scope,
  run: Pick<Run, 'versionId' | 'attempt' | 'documentId'>,
  done: number,
  total: number,
): Promise<boolean> {
  return scope.bookkeep(async (tx) => {
    const alive = await rows(
      tx,
      sql`update versions set done = ${done}, total = ${total} where id = ${run.versionId} and attempt = ${run.attempt} returning id`,
    )
    if (alive.length > 0) await announce(tx, { topic: 'ingestion', documentId: run.documentId })
    return alive.length > 0
  })
}

export type IndexedPassage = Passage & { postings: Uint8Array; language: string | null }

/** Replaces the version's text and passages and makes them what search finds, all at once. */
export async function storeText(
  scope: Scope,
  run: Run,
  extraction: Extraction,
  passages: IndexedPassage[],
  options: { embed: boolean },
): Promise<boolean> {
  return scope.write('document.index', async (tx, note) => {
    const alive = await rows(
      tx,
      sql`update versions set stage = ${options.embed ? 'embedding' : 'ready'}, stage_started_at = now(), done = 0, total = ${passages.length},
        format = ${extraction.format}, media_type = ${extraction.mediaType}, page_unit = ${extraction.pageUnit}, pages = ${extraction.pages.length},
        author = ${extraction.author ?? null}, warnings = ${textArray(extraction.warnings.slice(0, 50))}, found_by_words = true, found_by_meaning = false, ready_at = now()
      where id = ${run.versionId} and attempt = ${run.attempt} returning id`,
    )
    if (alive.length === 0) return false
    note({
      object: { type: 'document', id: run.documentId },
      details: { passages: passages.length, pages: extraction.pages.length },
    })
    await tx.execute(sql`delete from pages where version_id = ${run.versionId}`)
    await tx.execute(sql`delete from passages where version_id = ${run.versionId}`)
    await insertPages(tx, run.versionId, extraction)
    await insertPassages(tx, run, passages)
    await tx.execute(sql`update documents set language = ${mostOf(passages)},
        current_version_id = case when (select number from versions where id = current_version_id) > (select number from versions where id = ${run.versionId})
          then current_version_id else ${run.versionId}::uuid end
      where id = ${run.documentId}`)
    // Passages of older versions stay, so that old citations open; their vectors only take places in search.
    await tx.execute(sql`delete from passage_vectors e using passages s, documents d
      where e.document_id = ${run.documentId} and s.id = e.passage_id and d.id = e.document_id and s.version_id <> d.current_version_id`)
    await tx.execute(sql`insert into index_changes (document_no) values (${run.documentNo})`)
    await announce(tx, { topic: 'passages', documentId: run.documentId })
    if (options.embed) await scope.platform.queue.enqueue(tx, embedVersion, { versionId: run.versionId })
    return true
  })
}

async function insertPages(tx: WriteTx, versionId: string, extraction: Extraction) {
  for (const pages of batches(extraction.pages, 50)) {
    await tx.execute(sql`insert into pages (version_id, number, label, part, part_page, width, height, ocr, blocks)
      select ${versionId}, number, label, part, "partPage", width, height, coalesce(ocr, false), blocks
      from jsonb_to_recordset(${JSON.stringify(pages).replaceAll('\\u0000', '')}::jsonb)
        as t(number int, label text, part text, "partPage" int, width real, height real, ocr boolean, blocks jsonb)`)
  }
}

async function insertPassages(tx: WriteTx, run: Run, passages: IndexedPassage[]) {
  for (const some of batches(passages, 100)) {
    const values = some.map((passage) => ({
      ordinal: passage.ordinal,
      page: passage.page,
      label: passage.pageLabel,
      headings: passage.headings,
      text: passage.text,
      spans: passage.spans,
      language: passage.language,
      postings: Buffer.from(passage.postings).toString('base64'),
    }))
    await tx.execute(sql`insert into passages (document_id, version_id, ordinal, page, page_label, headings, text, spans, language, postings)
      select ${run.documentId}, ${run.versionId}, ordinal, page, label, array(select jsonb_array_elements_text(headings)), text, spans, language, decode(postings, 'base64')
      from jsonb_to_recordset(${JSON.stringify(values).replaceAll('\\u0000', '')}::jsonb)
        as t(ordinal int, page int, label text, headings jsonb, text text, spans jsonb, language text, postings text)`)
  }
}

function mostOf(passages: IndexedPassage[]): string | null {
  const counts = new Map<string, number>()
  for (const { language, text } of passages)
    if (language) counts.set(language, (counts.get(language) ?? 0) + text.length)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

export type PassageToEmbed = { id: number; text: string }
export type EmbeddingRun = Pick<Run, 'versionId' | 'documentId' | 'attempt' | 'title'> & {
  documentNo: number
  total: number
  done: number
}

/** The version's embedding as far as it is; null where there is nothing to do. */
export async function beginEmbedding(scope: Scope, versionId: string, model: string): Promise<EmbeddingRun | null> {
  return scope.write('document.embed', async (tx, note) => {
    type Row = { document_id: string; no: number; title: string; attempt: number; total: number; done: number }
    const [row] = await rows<Row>(
      tx,
      sql`update versions v set stage = 'embedding', stage_started_at = now() from documents d
      where d.id = v.document_id and v.id = ${versionId} and v.found_by_words and v.stage not in ('cancelled', 'failed')
      returning v.document_id, d.no, d.title, v.attempt,
        (select count(*)::int from passages s where s.version_id = v.id) as total,
        (select count(*)::int from passages s join passage_vectors e on e.passage_id = s.id and e.model = ${model} where s.version_id = v.id) as done`,
    )
    if (!row) return null
    note({ object: { type: 'document', id: row.document_id }, details: { model } })
    return {
      versionId,
      documentId: row.document_id,
      documentNo: row.no,
      title: row.title,
      attempt: row.attempt,
      total: row.total,
      done: row.done,
    }
  })
}

/** Passages of the version that have no vector of this model yet, in reading order. */
export async function passagesToEmbed(
  scope: Scope,
  run: EmbeddingRun,
  model: string,
  limit: number,
): Promise<PassageToEmbed[]> {
  type Row = { id: number | string; headings: string[]; text: string }
  const found = await scope.read((tx) =>
    rows<Row>(
      tx,
      sql`select s.id, s.headings, s.text from passages s
    where s.version_id = ${run.versionId} and not exists (select 1 from passage_vectors e where e.model = ${model} and e.passage_id = s.id)
    order by s.ordinal limit ${limit}`,
    ),
  )
  return found.map((row) => ({ id: Number(row.id), text: passageForSearch(run.title, row.headings, row.text) }))
}

/** What is indexed and embedded: a passage under its document's title and headings. */
export const passageForSearch = (title: string, headings: string[], text: string) =>
  [title, ...headings, text].join('\n')

export async function storeVectors(
  scope: Scope,
  run: EmbeddingRun,
  model: string,
  vectors: { passageId: number; vector: Float32Array }[],
  done: number,
): Promise<boolean> {
  return scope.bookkeep(async (tx) => {
    const alive = await rows(
      tx,
      sql`update versions set done = ${done}, total = ${run.total} where id = ${run.versionId} and attempt = ${run.attempt} returning id`,
    )
    if (alive.length === 0) return false
    const values = vectors.map(({ passageId, vector }) => ({
      id: passageId,
      v: `[${Array.from(vector, (x) => x.toFixed(6)).join(',')}]`,
    }))
    await tx.execute(sql`insert into passage_vectors (passage_id, document_id, document_no, model, embedding)
      select s.id, s.document_id, ${run.documentNo}, ${model}, t.v::vector
      from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as t(id bigint, v text) join passages s on s.id = t.id
      on conflict do nothing`)
    await announce(tx, { topic: 'ingestion', documentId: run.documentId })
    return true
  })
}

export async function finishEmbedding(scope: Scope, run: EmbeddingRun): Promise<void> {
  await scope.write('document.ready', async (tx, note) => {
    note({ object: { type: 'document', id: run.documentId } })
    await tx.execute(
      sql`update versions set stage = 'ready', found_by_meaning = true, done = total, ready_at = now() where id = ${run.versionId} and attempt = ${run.attempt}`,
    )
    await announce(tx, { topic: 'ingestion', documentId: run.documentId })
  })
}

/** While there is no model, a version that has its words is done; a model that arrives takes it up again. */
export async function finishWithoutMeaning(scope: Scope, versionId: string): Promise<void> {
  await scope.bookkeep(async (tx) => {
    const [row] = await rows<{ document_id: string }>(
      tx,
      sql`update versions set stage = 'ready', stage_started_at = now() where id = ${versionId} and stage = 'embedding' and found_by_words
        returning document_id`,
    )
    if (row) await announce(tx, { topic: 'ingestion', documentId: row.document_id })
  })
}

/** Ends a run with a reason people can read. The document, its file and its older versions stay. */
export async function failIngestion(
  scope: Scope,
  run: Pick<Run, 'versionId' | 'documentId' | 'attempt'>,
  problem: { code: string; message: string },
): Promise<void> {
  await scope.write('document.fail', async (tx, note) => {
    note({ object: { type: 'document', id: run.documentId }, details: { code: problem.code } })
    await tx.execute(
      sql`update versions set stage = 'failed', problem_code = ${problem.code}, problem_message = ${problem.message} where id = ${run.versionId} and attempt = ${run.attempt}`,
    )
    await announce(tx, { topic: 'ingestion', documentId: run.documentId })
  })
}

function* batches<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
