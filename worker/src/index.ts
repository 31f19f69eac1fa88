/** Runs jobs beside the API (evaluation) or alone (appliance). No rules of business live here. */
import type { System } from '@innosynth/server/boot'
import { contracts, type Contracts } from '@innosynth/server/jobs'
import type { Handler, JobContract } from '@innosynth/server/platform/queue'
import { createExtractor } from './extract/index.ts'
import { documentHandlers } from './jobs/documents.ts'

/** One handler a contract: a missing one does not compile. */
export type Handlers = { [Name in keyof Contracts]: Handler<Contracts[Name]> }

/** Bounds of one file. A person who needs more splits the file. */
const limits = {
  pages: 5_000,
  unpackedBytes: 1024 ** 3,
  nesting: 3,
  memoryBytes: 1024 ** 3,
  idleMs: 120_000,
  totalMs: 30 * 60_000,
}

export async function startWorker(system: System): Promise<{ stop(): Promise<void> }> {
  const extractor = createExtractor({ processes: system.config.extract.processes, limits, log: system.log })
  const handlers: Handlers = { ...documentHandlers(system, extractor) }
  for (const [name, contract] of Object.entries(contracts) as [keyof Contracts, JobContract][])
    await system.platform.queue.work(contract, handlers[name] as Handler<JobContract>)
  extractor.warm()
  return { stop: () => extractor.close() }
}
