/** What a one-shot command needs and no more: the database and the store. No models, no index, no jobs. */
import { mkdir } from 'node:fs/promises'
import { ConfigError, readConfig } from './config/index.ts'
import { createScope, openPostgres, type Scope } from './db/index.ts'
import { contracts } from './jobs.ts'
import type { Platform } from './platform/index.ts'
import { AppError } from './platform/app-error.ts'
import type { Embedder } from './platform/ai/index.ts'
import { createLog } from './platform/log/index.ts'
import { createQueue } from './platform/queue/index.ts'
import { createObjectStore } from './platform/storage/index.ts'

export type Opened = { scope: Scope; door: Scope; close(): Promise<void> }

/** `name`: what the audit says did it. Throws ConfigError where the settings are not those of an appliance. */
export async function openCommand(name: string): Promise<Opened> {
  const config = readConfig()
  if (!config.databaseUrl) throw new ConfigError('This command works on the appliance: DATABASE_URL is not given.')
  const log = createLog(config.logLevel, 2)
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const db = await openPostgres(config.databaseUrl, { max: 4 })
  const queue = await createQueue(db, { works: false, log, contracts: Object.values(contracts) })
  const platform: Platform = {
    store: await createObjectStore(config.objectStore),
    queue,
    embedder: noModel,
    chat: async () => null,
    reranker: null,
    announce: { subscribe: () => () => {} },
    now: () => new Date(),
  }
  const make = (actor: Scope['actor']) => createScope(db, { actor, requestId: `command-${name}`, log, platform })
  return {
    scope: make({ kind: 'system', name }),
    door: make({ kind: 'door', name }),
    async close() {
      await queue.stop().catch(() => {})
      await db.close()
    },
  }
}

const noModel: Embedder = {
  state: () => ({ kind: 'absent', detail: 'a command needs none', remedy: 'Nothing needs to be done.' }),
  embed: () => Promise.reject(new AppError('unavailable', { detail: 'A command embeds nothing.' })),
  close: async () => {},
}
