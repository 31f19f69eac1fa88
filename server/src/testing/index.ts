/** Real parts for tests: a whole system on a database of its own, people who sign in through the door, documents brought in by the product's path. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { createApp } from '../app.ts'
import { boot, type BootOptions, type System } from '../boot.ts'
import { type Config, readConfig } from '../config/index.ts'
import type { DocumentItem, Page } from '../domain/documents/index.ts'
import {
  beginEmbedding,
  beginExtraction,
  chunk,
  finishEmbedding,
  passagesToEmbed,
  storeText,
  storeVectors,
} from '../domain/documents/index.ts'
import type { Me, Person } from '../domain/identity/index.ts'
import { indexPassages } from '../domain/search/index.ts'
import type { OpenEnv } from '../http/env.ts'
import { rows, sql } from '../db/index.ts'
import { testDatabase } from './database.ts'
import { wordEmbedder } from './word-embedder.ts'

export { testDatabase } from './database.ts'
export { wordEmbedder } from './word-embedder.ts'

export type TestSystem = System & { app: Hono<OpenEnv>; owner: TestPerson; folder: string }

export type TestPerson = Me & {
  cookie: string
  /** A request as this person. JSON unless `body` is bytes or text. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
}

const password = 'a long enough password'

/** A set-up system with an owner. `works: false`: documents are brought in by `aDocument`, without the worker. */
export async function testSystem(
  options: Omit<Partial<BootOptions>, 'config'> & { config?: Partial<Config> } = {},
): Promise<TestSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-test-'))
  const config: Config = { ...readConfig({ INNOSYNTH_DATA: folder, INNOSYNTH_LOG_LEVEL: 'silent' }), ...options.config }
  const system = await boot({ works: false, db: await testDatabase(), embedder: wordEmbedder(), ...options, config })
  const app = createApp(system)
  await system.index.loaded
  const response = await request(app, 'POST', '/api/setup', {
    code: system.setUpCode.current,
    organisation: 'Meridian Works',
    name: 'Olga Owner',
    email: `olga-${randomUUID()}@example.test`,
    password,
  })
  const owner = await personFrom(app, response)
  return {
    ...system,
    app,
    owner,
    folder,
    stop: async () => {
      await system.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A person who was added by the owner and came in through their join link. */
export async function aPerson(
  system: TestSystem,
  given: { name?: string; role?: 'admin' | 'member' | 'viewer' } = {},
): Promise<TestPerson> {
  const { join: link } = await system.owner.post<{ person: Person; join: { url: string } }>('/api/people', {
    name: given.name ?? 'Max Member',
    email: `person-${randomUUID()}@example.test`,
    role: given.role ?? 'member',
  })
  const token = link.url.split('/').at(-1)
  return personFrom(system.app, await request(system.app, 'POST', `/api/join/${token}`, { password }))
}

/** A document of this person, uploaded through the door, then read and embedded as the worker does it. */
export async function aDocument(
  system: TestSystem,
  owner: TestPerson,
  given: { name?: string; text?: string; pages?: Page[]; collection?: string; organisation?: boolean } = {},
): Promise<DocumentItem> {
  const text = given.text ?? `A note ${randomUUID()}`
  const query = new URLSearchParams({
    name: given.name ?? `${randomUUID()}.txt`,
    same: 'keep',
    ...(given.collection ? { collection: given.collection } : {}),
  })
  const response = await owner.api('POST', `/api/documents?${query}`, Buffer.from(text))
  if (!response.ok) throw new Error(await response.text())
  const { document } = (await response.json()) as { document: DocumentItem }
  await ingest(
    system,
    document.id,
    given.pages ?? [{ number: 1, blocks: text.split('\n\n').map((part) => ({ kind: 'paragraph', text: part })) }],
  )
  if (given.organisation)
    await owner.api('PUT', `/api/documents/${document.id}/access`, {
      inherit: false,
      audience: 'organisation',
      people: [],
    })
  return (
    (await owner.get<{ items: DocumentItem[] }>('/api/documents?limit=200')).items.find(
      (item) => item.id === document.id,
    ) ?? document
  )
}

/** The newest version of a document takes these pages through chunking, the word index and vectors. */
export async function ingest(system: TestSystem, documentId: string, pages: Page[]): Promise<void> {
  const scope = system.systemScope('test')
  const [version] = await scope.read((tx) =>
    rows<{ id: string }>(
      tx,
      sql`select id from versions where document_id = ${documentId} order by number desc limit 1`,
    ),
  )
  const run = await beginExtraction(scope, version!.id)
  if (!run) throw new Error('nothing to extract')
  const passages = indexPassages(chunk(pages))
  await storeText(
    scope,
    run,
    { format: 'text', mediaType: 'text/plain', pageUnit: 'page', pages, warnings: [] },
    passages,
    { embed: true },
  )
  const model = system.embeddingModel()
  if (model !== null) {
    const embedding = await beginEmbedding(scope, run.versionId, model)
    const waiting = embedding ? await passagesToEmbed(scope, embedding, model, 10_000) : []
    const vectors = await system.platform.embedder.embed(
      'passage',
      waiting.map((passage) => passage.text),
    )
    if (embedding) {
      await storeVectors(
        scope,
        embedding,
        model,
        waiting.map((passage, index) => ({ passageId: passage.id, vector: vectors[index]! })),
        waiting.length,
      )
      await finishEmbedding(scope, embedding)
    }
  }
  await system.index.catchUp()
}

export async function request(
  app: Hono<OpenEnv>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const raw = body instanceof Uint8Array || typeof body === 'string' || body === undefined
  return app.request(path, {
    method,
    headers: { ...(raw ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
  })
}

async function personFrom(app: Hono<OpenEnv>, response: Response): Promise<TestPerson> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const api: TestPerson['api'] = (method, path, body, headers = {}) =>
    request(app, method, path, body, { cookie, ...headers })
  const json = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    ...((await response.json()) as Me),
    cookie,
    api,
    get: async (path) => json(await api('GET', path)),
    post: async (path, body) => json(await api('POST', path, body)),
  }
}
