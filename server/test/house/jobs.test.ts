/** No job waits for ever: each contract that a noun declares is gathered, and the worker has a handler for it. */
import { describe, expect, it } from 'vitest'
import { contracts } from '../../src/jobs.ts'
import type { JobContract } from '../../src/platform/queue/index.ts'
import { filesUnder, root } from './sources.ts'

const gathered = Object.values<JobContract>(contracts)

async function declared(): Promise<JobContract[]> {
  const files = filesUnder('server/src/domain').filter((path) => path.endsWith('/jobs.ts'))
  const modules = await Promise.all(
    files.map((path) => import(/* @vite-ignore */ `${root}/${path}`) as Promise<Record<string, JobContract>>),
  )
  return modules.flatMap((module) =>
    Object.values(module).filter((value) => typeof value === 'object' && 'payload' in value),
  )
}

describe('jobs', () => {
  it('that a noun declares are gathered in jobs.ts', async () => {
    expect((await declared()).map((job) => job.name).toSorted()).toEqual(gathered.map((job) => job.name).toSorted())
  })

  it('have names of their own', () => {
    expect(new Set(gathered.map((job) => job.name)).size).toBe(gathered.length)
  })

  it('each have a handler in the worker', async () => {
    const { startWorker } = await import('../../../worker/src/index.ts')
    const worked = new Map<string, unknown>()
    const work = async (contract: JobContract, handler: unknown) => void worked.set(contract.name, handler)
    const nothing = () => undefined
    const log = { child: () => log, info: nothing, warn: nothing, error: nothing, debug: nothing }
    const system = { config: { extract: { processes: 1 } }, log, platform: { queue: { work } }, systemScope: nothing }
    const worker = await startWorker(system as unknown as Parameters<typeof startWorker>[0])
    await worker.stop()
    expect(gathered.filter((job) => typeof worked.get(job.name) !== 'function').map((job) => job.name)).toEqual([])
  })

  it('run longer than their heartbeat', () => {
    expect(
      gathered.filter((job) => (job.heartbeatSeconds ?? 0) >= job.timeLimitSeconds).map((job) => job.name),
    ).toEqual([])
  })
})
