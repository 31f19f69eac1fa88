import type { Config } from '../config/index.ts'
import type { Db, PersonScope } from '../db/index.ts'
import type { Platform } from '../platform/index.ts'
import type { Logger } from '../platform/log/index.ts'
import type { Readiness } from '../readiness.ts'

/** What stands on Hono's context before any guard: enough to find out who asks, not enough to touch data as a person. */
export type Services = {
  config: Config
  db: Db
  platform: Platform
  log: Logger
  /** Finds out who a request comes from; null for nobody. */
  identify: (headers: Headers) => Promise<PersonScope['actor'] | null>
  readiness: () => Promise<Readiness>
  /** Aborted when the process begins to stop: streams without an end of their own end then, and are opened again elsewhere. */
  stopping: AbortSignal
}

export type OpenEnv = { Variables: { services: Services; requestId: string; address: string | null; log: Logger } }
/** After `guard`: a scope that carries the person. */
export type GuardedEnv = { Variables: OpenEnv['Variables'] & { scope: PersonScope } }
