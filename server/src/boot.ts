/** The composition root: the one place where things are constructed. Evaluation and appliance differ here and nowhere else. */
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Config } from './config/index.ts'
import { lockDataFolder, ownSecret } from './data-folder.ts'
import { createScope, type Db, migratePgliteDb, openPglite, openPostgres, type Scope } from './db/index.ts'
import { failStaleAnswers } from './domain/answers/index.ts'
import { requeueUnfinished, tidyDocuments } from './domain/documents/index.ts'
import { type Auth, createAuth, createIdentify, isSetUp, type SetUpCode } from './domain/identity/index.ts'
import { startIndexFeed, type IndexFeed } from './domain/search/index.ts'
import { settingValue } from './domain/settings/index.ts'
import type { Services } from './http/env.ts'
import { contracts } from './jobs.ts'
import {
  createEmbedder,
  createOllama,
  embeddingEntry,
  modelPlaces,
  type ChatModel,
  type Embedder,
  type LocalEmbedder,
} from './platform/ai/index.ts'
import { createReadiness } from './readiness.ts'
import { createAnnouncements } from './platform/announcements.ts'
import type { Platform } from './platform/index.ts'
import { createLog, type Logger } from './platform/log/index.ts'
import { createQueue, installQueue } from './platform/queue/index.ts'
import { createObjectStore } from './platform/storage/index.ts'

export type System = {
  config: Config
  db: Db
  log: Logger
  platform: Platform
  services: Services
  auth: Auth
  setUpCode: SetUpCode
  index: IndexFeed
  /** A scope of background work. */
  systemScope(name: string): Scope
  /** The model that new vectors are made with; null while there is none. */
  embeddingModel(): string | null
  /** Takes up a changed choice of embedding model. */
  settingsChanged(): void
  /** Says that this process is about to stop: it is not ready any more, and endless streams end. */
  leave(): void
  stop(): Promise<void>
}

export type BootOptions = {
  config: Config
  log?: Logger
  /** Tests bring an open, migrated database and ports of their own. */
  db?: Db
  embedder?: LocalEmbedder
  chat?: () => Promise<ChatModel | null>
  /** Whether this process runs jobs. */
  works: boolean
}

export async function boot(options: BootOptions): Promise<System> {
  const { config } = options
  const log = options.log ?? createLog(config.logLevel)
  const unlock = config.mode === 'evaluation' && !options.db ? await lockDataFolder(config.dataDir) : async () => {}
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const db = options.db ?? (await openDatabase(config))
  if (db.kind === 'pglite' && !options.db) await migratePgliteDb(db)
  // The only process there is: whatever was running died with the last one and is put back below.
  if (config.mode === 'evaluation') await installQueue(db, Object.values(contracts), log, { forgetJobs: true })
  const queue = await createQueue(db, { works: options.works, log, contracts: Object.values(contracts) })
  const announcements = await createAnnouncements(db, log)
  const models = new EmbedderHolder(
    (name) =>
      options.embedder ??
      startEmbedder(config, name, log, () => {
        void requeue()
      }),
  )
  const platform: Platform = {
    store: await createObjectStore(config.objectStore),
    queue,
    embedder: models,
    chat: options.chat ?? chatFrom(config),
    reranker: null,
    announce: announcements,
    now: () => new Date(),
  }
  const systemScope = (name: string) =>
    createScope(db, { actor: { kind: 'system', name }, requestId: `system-${name}`, log, platform })
  const chosen = async () =>
    String((await settingValue(systemScope('settings'), 'embeddingModel')) ?? config.models.embedding)
  models.use(await chosen())
  const requeue = async () => {
    if (!options.works) return
    const count = await requeueUnfinished(systemScope('requeue'), models.readyModel()).catch((error: unknown) =>
      log.error({ err: error }, 'requeue'),
    )
    if (count) log.info({ count }, 'unfinished files put back into the queue')
  }
  const auth = createAuth(db, { url: publicUrl(config), secret: config.secret ?? (await ownSecret(config.dataDir)) })
  const stopping = new AbortController()
  const services: Services = {
    config,
    db,
    platform,
    log,
    identify: createIdentify({ auth, db, platform, log }),
    readiness: createReadiness(db, platform, stopping.signal),
    stopping: stopping.signal,
  }
  const index = startIndexFeed({ db, platform, log })
  const staleAnswers = await endStaleAnswers(config, systemScope('answers'), log)
  await requeue()
  if (options.works) await systemScope('tidy').bookkeep((tx) => queue.enqueue(tx, tidyDocuments, {}))
  // The appliance's worker opens no door, and its database login could not.
  const hasDoors = config.mode === 'evaluation' || !options.works
  const door = createScope(db, { actor: { kind: 'door', name: 'set-up' }, requestId: 'boot', log, platform })
  const setUpCode: SetUpCode = {
    current: hasDoors && (await isSetUp(door)).organisation === null ? (config.setUpCode ?? newSetUpCode()) : null,
  }

  return {
    config,
    db,
    log,
    platform,
    services,
    auth,
    setUpCode,
    index,
    systemScope,
    embeddingModel: () => models.readyModel(),
    settingsChanged: () => {
      void chosen()
        .then((name) => {
          if (models.use(name)) return requeue()
        })
        .catch((error: unknown) => log.error({ err: error }, 'settings'))
    },
    leave: () => stopping.abort(),
    async stop() {
      stopping.abort()
      clearInterval(staleAnswers)
      await queue.stop().catch((error: unknown) => log.warn({ err: error }, 'queue stop'))
      await index.stop()
      await models.close()
      await announcements.stop().catch(() => {})
      await db.close()
      await unlock()
    },
  }
}

/**
 * Answers whose process died. Alone, a process knows that all running ones are such; among replicas only time tells, so the
 * look is repeated.
 */
async function endStaleAnswers(config: Config, scope: Scope, log: Logger): Promise<NodeJS.Timeout | undefined> {
  await failStaleAnswers(scope, { alone: config.mode === 'evaluation' })
  if (config.mode === 'evaluation') return undefined
  return setInterval(() => {
    failStaleAnswers(scope, { alone: false }).catch((error: unknown) => log.warn({ err: error }, 'stale answers'))
  }, 60_000).unref()
}

async function openDatabase(config: Config): Promise<Db> {
  if (config.databaseUrl) return openPostgres(config.databaseUrl, { max: 10 })
  const folder = join(config.dataDir, 'database')
  if (!existsSync(folder))
    await promisify(execFile)(process.execPath, [fileURLToPath(new URL('./db/initialise.ts', import.meta.url)), folder])
  return openPglite(folder)
}

export const publicUrl = (config: Config) => config.url ?? `http://localhost:${config.port}`

function startEmbedder(config: Config, name: string, log: Logger, ready: () => void): LocalEmbedder {
  return createEmbedder({
    name: embeddingEntry(name).name,
    modelsFolder: config.models.cacheDir,
    places: modelPlaces(config.models),
    processes: config.models.processes,
    onState: (state) => {
      if (state.kind === 'absent') log.warn({ remedy: state.remedy }, state.detail)
      if (state.kind === 'ready') {
        log.info({ model: state.model.name, source: state.source }, 'search by meaning is ready')
        ready()
      }
    },
  })
}

/** The embedder in use, exchangeable while the process runs. */
class EmbedderHolder implements Embedder {
  #current: LocalEmbedder | undefined
  #name: string | undefined
  readonly #make: (name: string) => LocalEmbedder
  constructor(make: (name: string) => LocalEmbedder) {
    this.#make = make
  }
  /** True when the model changed. */
  use(name: string): boolean {
    if (name === this.#name) return false
    const old = this.#current
    this.#name = name
    this.#current = this.#make(name)
    if (old && old !== this.#current) void old.close()
    return true
  }
  get #inner(): LocalEmbedder {
    if (!this.#current) throw new Error('No embedding model has been chosen yet')
    return this.#current
  }
  state() {
    return this.#inner.state()
  }
  readyModel(): string | null {
    const state = this.#current?.state()
    return state?.kind === 'ready' ? state.model.name : null
  }
  embed(...given: Parameters<Embedder['embed']>) {
    return this.#inner.embed(...given)
  }
  async close() {
    await this.#current?.close()
  }
}

/** Asks Ollama at most every ten seconds whether it is there; a question does not wait for a server that is away. */
function chatFrom(config: Config): Platform['chat'] {
  const { host, model } = config.ollama
  if (!host) return async () => null
  const ollama = createOllama({ host, ...(model === undefined ? {} : { model }) })
  let asked = 0
  let answer: Promise<ChatModel | null> = Promise.resolve(null)
  return () => {
    if (Date.now() - asked > 10_000) {
      asked = Date.now()
      answer = ollama.chatModel().catch(() => null)
    }
    return answer
  }
}

/** Eight letters and digits that are not mistaken for each other. */
function newSetUpCode(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const part = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return `${part()}-${part()}`
}
