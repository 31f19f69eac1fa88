/** A verb's context for tests: nobody to ask, nothing said, no rehearsed faults; the engine is what `run` makes of it. */
import { createEngine, type Run } from './engine.ts'
import type { Context } from './verb.ts'

export const quietContext = (dir: string, run: Run): Context => ({
  dir,
  source: dir,
  run,
  engine: createEngine(run, dir),
  say: () => {},
  progress: (_what, work) => work(),
  ask: null,
  checkpoint: () => {},
  now: () => new Date(),
})
