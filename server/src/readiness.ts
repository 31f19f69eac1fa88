/** Whether this process can serve: what it needs answers now. Models are told apart, so that one that loads blocks nobody. */
import { type Db, schemaIsCurrent } from './db/index.ts'
import type { Platform } from './platform/index.ts'

export type Readiness = {
  ready: boolean
  /** Each part with true for "answers". */
  parts: { database: boolean; migrations: boolean; objects: boolean; queue: boolean; serving: boolean }
}

/** An answer is good for this long, so that nobody can load the database by asking. Milliseconds. */
const keepMs = 1_000
/** A part that does not answer in this time does not answer. Milliseconds. */
const patienceMs = 3_000

export function createReadiness(db: Db, platform: Platform, stopping: AbortSignal): () => Promise<Readiness> {
  let asked = 0
  let answer: Promise<Readiness['parts']> | undefined
  return async () => {
    if (!answer || performance.now() - asked > keepMs) {
      asked = performance.now()
      answer = look(db, platform)
    }
    const parts = { ...(await answer), serving: !stopping.aborted }
    return { ready: Object.values(parts).every(Boolean), parts }
  }
}

async function look(db: Db, platform: Platform): Promise<Readiness['parts']> {
  const [migrations, objects, queue] = await Promise.all([
    answers(() => schemaIsCurrent(db)),
    answers(async () => (await platform.store.has('0'.repeat(64)), true)),
    answers(async () => (await platform.queue.waiting(), true)),
  ])
  return {
    database: migrations !== null,
    migrations: migrations === true,
    objects: objects !== null,
    queue: queue !== null,
    serving: true,
  }
}

/** What it says, or null where it fails or takes too long. */
async function answers(ask: () => Promise<boolean>): Promise<boolean | null> {
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(() => late.resolve(null), patienceMs)
  try {
    return await Promise.race([ask(), late.promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
