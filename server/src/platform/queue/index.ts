/**
 * Jobs over pg-boss. A contract is declared whole in its noun's `jobs.ts`; a job goes into the transaction that made it
 * true and lives or dies with it. Payloads carry ids, never content. Handlers may run twice.
 */
import { sql, type SQL } from 'drizzle-orm'
import { fromDrizzle, fromPglite, PgBoss, type Job } from 'pg-boss'
import type { z } from 'zod'
import { type Db, rows, type Tx } from '../../db/client.ts'
import type { Logger } from '../log/index.ts'

export type JobContract<Name extends string = string, Payload extends z.ZodType = z.ZodType> = {
  name: Name
  payload: Payload
  /** Two waiting jobs with the same key are one. */
  once: (payload: z.infer<Payload>) => string
  retry: { limit: number; delaySeconds: number; backoff: boolean }
  timeLimitSeconds: number
  heartbeatSeconds?: number
  /** How many run side by side in one process. */
  concurrency: number
  /** Runs by the clock: a cron line, UTC. */
  cron?: string
}

export function defineJob<Name extends string, Payload extends z.ZodType>(
  contract: JobContract<Name, Payload>,
): JobContract<Name, Payload> {
  return contract
}

export type JobContext = { jobId: string; attempt: number; lastAttempt: boolean; signal: AbortSignal; log: Logger }
export type Handler<C extends JobContract> = (payload: z.infer<C['payload']>, context: JobContext) => Promise<void>

export type Queue = {
  /** Puts the job into `tx`. */
  enqueue<C extends JobContract>(
    tx: Tx,
    contract: C,
    payload: z.infer<C['payload']>,
    options?: { priority?: number },
  ): Promise<void>
  work<C extends JobContract>(contract: C, handler: Handler<C>): Promise<void>
  /** Waiting and running jobs. */
  waiting(): Promise<number>
  stop(): Promise<void>
}

/** Creates pg-boss's own schema and the queues of `contracts`, and lets the application's roles send. Run as the owner. */
export async function installQueue(
  db: Db,
  contracts: JobContract[],
  log: Logger,
  options: {
    /**
     * Forgets every job, running ones too. For the start of a process that is the only one: what was running died with the
     * last one, and the nouns put back what their rows say is unfinished.
     */
    forgetJobs?: boolean
  } = {},
): Promise<void> {
  const boss = newBoss(db, { migrate: true, supervise: false, schedule: false }, log)
  await boss.start()
  for (const contract of contracts) {
    const settings = {
      policy: 'exclusive' as const,
      retryLimit: contract.retry.limit,
      retryDelay: contract.retry.delaySeconds,
      retryBackoff: contract.retry.backoff,
      expireInSeconds: contract.timeLimitSeconds,
      ...(contract.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: contract.heartbeatSeconds }),
      deleteAfterSeconds: 3600,
      retentionSeconds: 14 * 24 * 3600,
      notify: true,
    }
    if (await boss.getQueue(contract.name)) {
      const { policy: _fixed, ...changeable } = settings
      await boss.updateQueue(contract.name, changeable)
    } else await boss.createQueue(contract.name, settings)
  }
  if (options.forgetJobs) await boss.deleteAllJobs()
  await boss.stop({ graceful: false })
  await db.drizzle.execute(sql`grant usage on schema pgboss to innosynth_app, innosynth_worker`)
  await db.drizzle.execute(
    sql`grant select, insert, update, delete on all tables in schema pgboss to innosynth_app, innosynth_worker`,
  )
  await db.drizzle.execute(sql`grant execute on all functions in schema pgboss to innosynth_app, innosynth_worker`)
}

export async function createQueue(
  db: Db,
  options: { works: boolean; log: Logger; contracts: JobContract[] },
): Promise<Queue> {
  const { log } = options
  const boss = newBoss(db, { migrate: false, supervise: options.works, schedule: options.works }, log)
  await boss.start()
  return {
    async enqueue(tx, contract, payload, sendOptions) {
      await boss.send(contract.name, contract.payload.parse(payload) as object, {
        db: fromDrizzle({ execute: async (statement: unknown) => ({ rows: await rows(tx, statement as SQL) }) }, sql),
        singletonKey: contract.once(payload),
        ...(sendOptions?.priority === undefined ? {} : { priority: sendOptions.priority }),
      })
    },
    async work(contract, handler) {
      if (contract.cron) await boss.schedule(contract.name, contract.cron, {}, { tz: 'UTC' })
      for (let place = 0; place < contract.concurrency; place++) {
        const worker: string = await boss.work<object>(
          contract.name,
          { batchSize: 1, pollingIntervalSeconds: 2, includeMetadata: true, notifyPollingIntervalSeconds: 2 },
          async (jobs) => {
            for (const job of jobs) await run(contract, handler as Handler<JobContract>, job, log)
            // Whoever found a job looks for the next at once: the queue tells only of jobs that come while somebody waits.
            boss.notifyWorker(worker)
          },
        )
      }
    },
    async waiting() {
      const queues = await Promise.all(options.contracts.map(({ name }) => boss.getQueueStats(name)))
      return queues.flat().reduce((sum, stats) => sum + stats.queuedCount + stats.activeCount, 0)
    },
    stop: () => boss.stop({ graceful: true, timeout: 10_000, close: true }),
  }
}

async function run(
  contract: JobContract,
  handler: Handler<JobContract>,
  job: Job<object> & { retryCount?: number; retryLimit?: number },
  log: Logger,
) {
  const parsed = contract.payload.safeParse(job.data)
  // A payload that cannot be read will not get better by trying again.
  if (!parsed.success) {
    log.error(
      { job: contract.name, jobId: job.id, issues: parsed.error.issues.map((issue) => issue.path.join('.')) },
      'job payload refused',
    )
    return
  }
  const attempt = (job.retryCount ?? 0) + 1
  const jobLog = log.child({ job: contract.name, jobId: job.id, attempt })
  const started = performance.now()
  try {
    await handler(parsed.data, {
      jobId: job.id,
      attempt,
      lastAttempt: attempt > (job.retryLimit ?? 0),
      signal: job.signal,
      log: jobLog,
    })
    jobLog.info({ ms: Math.round(performance.now() - started) }, 'job done')
  } catch (error) {
    jobLog.error({ err: error, ms: Math.round(performance.now() - started) }, 'job failed')
    throw error
  }
}

function newBoss(db: Db, powers: { migrate: boolean; supervise: boolean; schedule: boolean }, log: Logger): PgBoss {
  const boss = db.pglite
    ? new PgBoss({ db: fromPglite(db.pglite), backend: 'pglite', useListenNotify: true, ...powers })
    : new PgBoss({ connectionString: db.url ?? '', useListenNotify: true, max: 4, ...powers })
  boss.on('error', (error) => log.error({ err: error }, 'queue'))
  return boss
}
