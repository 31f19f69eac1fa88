import type { Config } from '../config/index.ts'
import type { Db, PersonScope } from '../db/index.ts'
import type { Platform } from '../platform/index.ts'
import type { Logger } from '../platform/log/index.ts'

/** What stands on Hono's context before any guard: enough to find out who asks, not enough to touch data as a person. */
export type Services = {
  config: Config
  db: Db
  platform: Platform
  log: Logger
  /** Finds out who a request comes from; null for nobody. */
  identify: (headers: Headers) => Promise<PersonScope['actor'] | null>
}

export type OpenEnv = { Variables: { services: Services; requestId: string; address: string | null; log: Logger } }
/** After `guard`: a scope that carries the person. */
export type GuardedEnv = { Variables: OpenEnv['Variables'] & { scope: PersonScope } }
