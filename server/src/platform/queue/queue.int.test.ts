import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Db, rows, sql } from '../../db/index.ts'
import { testDatabase } from '../../testing/index.ts'
import { createLog } from '../log/index.ts'
import { createQueue, defineJob, installQueue, type Queue } from './index.ts'

const log = createLog('silent')
const note = (name: string, retries = 2) =>
  defineJob({
    name,
    payload: z.object({ id: z.string(), text: z.string().optional() }),
    once: ({ id }) => id,
    retry: { limit: retries, delaySeconds: 1, backoff: false },
    timeLimitSeconds: 60,
    concurrency: 2,
  })
const waiting = note('test.waiting')
const worked = note('test.worked')
const failing = note('test.failing')
const strict = note('test.strict')

describe('the queue', () => {
  let db: Db
  let queue: Queue
  beforeAll(async () => {
    db = await testDatabase()
    await installQueue(db, [waiting, worked, failing, strict], log)
    queue = await createQueue(db, { works: true, log, contracts: [waiting, worked, failing, strict] })
  })
  afterAll(async () => {
    await queue.stop()
    await db.close()
  })

  const jobs = (name: string) =>
    db.transaction((tx) =>
      rows<{ state: string; data: unknown }>(tx, sql`select state::text, data from pgboss.job where name = ${name}`),
    )
  const until = async (what: () => boolean | Promise<boolean>) => {
    for (let i = 0; i < 300 && !(await what()); i += 1) await pause(50)
  }

  it('takes one waiting job of a key, however often it is put in', async () => {
    for (const id of ['a', 'a', 'b', 'a']) await db.transaction((tx) => queue.enqueue(tx, waiting, { id }))
    expect(await jobs(waiting.name)).toHaveLength(2)
  })

  it('lets a job live and die with the transaction that made it true', async () => {
    await expect(
      db.transaction(async (tx) => {
        await queue.enqueue(tx, waiting, { id: 'rolled back' })
        throw new Error('the change was refused')
      }),
    ).rejects.toThrow('refused')
    expect((await jobs(waiting.name)).map(({ data }) => data)).not.toContainEqual({ id: 'rolled back' })
  })

  it('refuses a payload that does not fit, before it is written', async () => {
    await expect(
      db.transaction((tx) => queue.enqueue(tx, waiting, { id: 7 } as unknown as { id: string })),
    ).rejects.toThrow(/expected string/)
  })

  it('runs a job once and takes the same key again afterwards', async () => {
    const seen: string[] = []
    await queue.work(worked, async ({ id }) => {
      seen.push(id)
    })
    await db.transaction((tx) => queue.enqueue(tx, worked, { id: 'one' }))
    await until(async () => (await jobs(worked.name)).every(({ state }) => state === 'completed'))
    await db.transaction((tx) => queue.enqueue(tx, worked, { id: 'one' }))
    await until(() => seen.length === 2)
    expect(seen).toEqual(['one', 'one'])
  })

  it('tries a failing job again, tells it when the last try has come, and then ends', async () => {
    const tries: [number, boolean][] = []
    await queue.work(failing, async (_payload, { attempt, lastAttempt }) => {
      tries.push([attempt, lastAttempt])
      throw new Error('always')
    })
    await db.transaction((tx) => queue.enqueue(tx, failing, { id: 'bad' }))
    await until(async () => (await jobs(failing.name)).every(({ state }) => state === 'failed'))
    expect(tries).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
  })

  it('does not hand a payload it cannot read to the handler, and does not try it again', async () => {
    let handled = 0
    await db.transaction((tx) => queue.enqueue(tx, strict, { id: 'from an older release' }))
    await db.drizzle.execute(sql`update pgboss.job set data = '{"wrong": true}' where name = ${strict.name}`)
    await queue.work(strict, async () => {
      handled += 1
    })
    await until(async () => (await jobs(strict.name)).every(({ state }) => state === 'completed'))
    expect(handled).toBe(0)
    expect((await jobs(strict.name)).map(({ state }) => state)).toEqual(['completed'])
  })

  it('counts what waits, and forgets all at the start of the only process', async () => {
    await queue.stop()
    await installQueue(db, [waiting, worked, failing, strict], log, { forgetJobs: true })
    queue = await createQueue(db, { works: true, log, contracts: [waiting, worked, failing, strict] })
    expect(await jobs(waiting.name)).toEqual([])
    expect(await queue.waiting()).toBe(0)
    await db.transaction((tx) => queue.enqueue(tx, waiting, { id: 'a' }))
    expect(await jobs(waiting.name)).toHaveLength(1)
  })
})
