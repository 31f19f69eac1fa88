/**
 * A whole product over a fresh database in memory, with one person, an API key and a corpus brought in by the product's own
 * steps: cut, indexed and embedded as ingestion does it. Questions go through the HTTP application, as from outside.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { boot, type System } from '../../src/boot.ts'
import { readConfig } from '../../src/config/index.ts'
import { createScope, migratePgliteDb, openPglite, type PersonScope, rows, sql } from '../../src/db/index.ts'
import { chunk, type Extraction, passagesToEmbed, storeText, storeVectors } from '../../src/domain/documents/index.ts'
import { indexPassages } from '../../src/domain/search/index.ts'
import type { LocalEmbedder } from '../../src/platform/ai/index.ts'
import { createLog } from '../../src/platform/log/index.ts'
import type { Entry } from './sets.ts'

export type House = {
  system: System
  scope: PersonScope
  /** Asks the running application, as the person. */
  get<T>(path: string, query: Record<string, string>): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  /** Server-sent events of an answer, all of them, after it ended. */
  stream(path: string, body: unknown): Promise<{ event: string; data: string }[]>
  /** Corpus id of each document id. */
  entryOf: Map<string, string>
  close(): Promise<void>
}

const password = 'correct horse battery staple'

export async function openHouse(embedder: LocalEmbedder): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-eval-'))
  const config = {
    ...readConfig({}),
    dataDir: folder,
    logLevel: 'warn' as const,
    objectStore: { kind: 'file' as const, folder: join(folder, 'objects') },
  }
  const log = createLog('warn')
  const db = await openPglite()
  await migratePgliteDb(db)
  const system = await boot({ config, log, db, embedder, works: false })
  const app = createApp(system)
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await app.request(path, init)
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }
  const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const me = await ask<{ id: string; organisation: { id: string } }>(
    '/api/setup',
    json({
      code: system.setUpCode.current,
      organisation: 'Evaluation',
      name: 'Eva',
      email: 'eva@example.org',
      password,
    }),
  )
  const signedIn = await app.request('/api/sign-in', json({ email: 'eva@example.org', password }))
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { secret } = await ask<{ secret: string }>(
    '/api/me/keys',
    json({ name: 'evaluation', scopes: ['search', 'answers', 'documents:read'] }, { cookie }),
  )
  const authorization = `Bearer ${secret}`
  const scope = createScope(db, {
    actor: { kind: 'person', personId: me.id, organisationId: me.organisation.id, role: 'owner', via: { kind: 'job' } },
    requestId: 'evaluation',
    log,
    platform: system.platform,
  })
  return {
    system,
    scope,
    entryOf: new Map(),
    get: (path, query) => ask(`${path}?${new URLSearchParams(query)}`, { headers: { authorization } }),
    post: (path, body) => ask(path, json(body, { authorization })),
    stream: async (path, body) => eventsOf(await (await app.request(path, json(body, { authorization }))).text()),
    close: async () => {
      await system.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const eventsOf = (text: string): { event: string; data: string }[] =>
  text.split('\n\n').flatMap((block) => {
    const field = (name: string): string =>
      block
        .split('\n')
        .filter((line) => line.startsWith(`${name}: `))
        .map((line) => line.slice(name.length + 2))
        .join('\n')
    return field('event') === '' ? [] : [{ event: field('event'), data: field('data') }]
  })

type Made = { id: string; no: number; version: string; entry: string }
const atOnce = 100

/** Brings entries in as private text documents of the person; embeds them too where a model is ready. */
export async function ingest(house: House, corpus: readonly Entry[], said: (done: number) => void): Promise<void> {
  const model = house.system.embeddingModel()
  const system = house.system.systemScope('evaluation')
  for (let start = 0; start < corpus.length; start += atOnce) {
    const some = corpus.slice(start, start + atOnce)
    const made = await insertDocuments(house.scope, some)
    for (const [i, { id, no, version, entry }] of made.entries()) {
      const { title, text } = some[i]!
      house.entryOf.set(id, entry)
      const run = {
        versionId: version,
        documentId: id,
        documentNo: no,
        attempt: 0,
        sha256: '',
        bytes: text.length,
        fileName: `${entry}.txt`,
        title,
      }
      const extraction: Extraction = {
        format: 'text',
        mediaType: 'text/plain',
        pageUnit: 'page',
        warnings: [],
        pages: [
          {
            number: 1,
            blocks: text.split(/\n+/).map((paragraph) => ({ kind: 'paragraph' as const, text: paragraph })),
          },
        ],
      }
      await storeText(system, run, extraction, indexPassages(chunk(extraction.pages)), { embed: false })
      if (model === null) continue
      const embedding = { versionId: version, documentId: id, documentNo: no, attempt: 0, title, total: 0, done: 0 }
      const passages = await passagesToEmbed(system, embedding, model, 1000)
      const vectors = await house.system.platform.embedder.embed(
        'passage',
        passages.map((passage) => passage.text),
      )
      await storeVectors(
        system,
        embedding,
        model,
        passages.map((passage, n) => ({ passageId: passage.id, vector: vectors[n]! })),
        passages.length,
      )
    }
    said(start + some.length)
  }
  await house.system.index.catchUp()
}

const insertDocuments = (scope: PersonScope, entries: readonly Entry[]): Promise<Made[]> =>
  scope.write('evaluation.ingest', async (tx) => {
    const { personId, organisationId } = scope.actor
    const [list] = await rows<{ id: string }>(
      tx,
      sql`insert into access_lists (organisation_id, owner_id) values (${organisationId}, ${personId}) returning id`,
    )
    const made: Made[] = []
    for (const { id: entry, title, text } of entries) {
      const [document] = await rows<{ id: string; no: number }>(
        tx,
        sql`insert into documents (organisation_id, owner_id, access_id, title)
        values (${organisationId}, ${personId}, ${list!.id}, ${title}) returning id, no`,
      )
      const [version] = await rows<{ id: string }>(
        tx,
        sql`insert into versions (document_id, number, file_name, bytes, sha256, created_by)
        values (${document!.id}, 1, ${`${entry}.txt`}, ${text.length}, ${entry}, ${personId}) returning id`,
      )
      made.push({ ...document!, version: version!.id, entry })
    }
    return made
  })
