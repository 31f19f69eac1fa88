/**
 * Text extraction for every office format, in confined processes that are kept warm.
 *
 *   const extractor = createExtractor({ processes: 2, limits })
 *   const extraction = await extractor.extract({ path, fileName })
 */
import { ConfinedProcess } from './child-process.ts'
import type { ExtractionInput, ExtractionLog } from './child-process.ts'
import { ExtractionError } from './shapes.ts'
import type { Extraction, ExtractionLimits } from './shapes.ts'

export type { ExtractionInput, ExtractionLog } from './child-process.ts'
export { ExtractionError } from './shapes.ts'
export type { Extraction, ExtractionLimits } from './shapes.ts'

export type Extractor = {
  /** Throws ExtractionError, whose code and sentence are for the person who uploaded the file. */
  extract(input: ExtractionInput): Promise<Extraction>
  /** Starts all processes before there is a file: loading the readers takes longer than reading most files. */
  warm(): void
  /** Ends all processes; files being read fail with 'cancelled'. */
  close(): Promise<void>
}

/** A process is replaced after so many files, so that no leak of a parser grows for ever. */
const filesPerProcess = 500
/** A process that holds more than this share of its limit between files is replaced, so that the next file has room. */
const heldShare = 0.5

export type ExtractorOptions = {
  /** Files read at once; further ones wait in order. Processes start with the first files, or with `warm`. */
  processes: number
  limits: ExtractionLimits
  log?: ExtractionLog
  /** The program that runs confined, a path; tests give one that misbehaves. */
  program?: string
}

export function createExtractor({ processes, limits, log = { warn() {} }, program }: ExtractorOptions): Extractor {
  const idle: ConfinedProcess[] = []
  const all = new Set<ConfinedProcess>()
  const waiting: (() => void)[] = []
  const closing = new AbortController()
  let free = Math.max(1, processes)

  const take = async (signal: AbortSignal | undefined): Promise<ConfinedProcess> => {
    if (free > 0) free--
    else await turn(waiting, signal)
    // The one used last is the warmest; the others may stay idle.
    let process = idle.pop()
    while (process && !process.alive) process = idle.pop()
    return process ?? start()
  }

  const start = (): ConfinedProcess => {
    const process = new ConfinedProcess(limits, log, program)
    all.add(process)
    void process.ended.then(() => all.delete(process))
    return process
  }

  const giveBack = async (process: ConfinedProcess): Promise<void> => {
    if (process.alive) {
      const held = await process.memory()
      if (process.files >= filesPerProcess || held > limits.memoryBytes * heldShare) process.kill()
      else idle.push(process)
    }
    const next = waiting.shift()
    if (next) next()
    else free++
  }

  return {
    async extract(input) {
      const signal = input.signal ? AbortSignal.any([input.signal, closing.signal]) : closing.signal
      if (signal.aborted) throw cancelled()
      const process = await take(signal)
      try {
        return await process.read({ ...input, signal })
      } finally {
        await giveBack(process)
      }
    },
    warm() {
      while (all.size < Math.max(1, processes)) idle.push(start())
    },
    async close() {
      closing.abort()
      const ended = [...all].map((process) => process.ended)
      for (const process of all) process.kill()
      await Promise.all(ended)
    },
  }
}

function cancelled(): ExtractionError {
  return new ExtractionError('cancelled', 'Reading was cancelled.')
}

/** Waits for a free place, in order of arrival; leaves the line when cancelled. */
function turn(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = () => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }
    const leave = () => {
      waiting.splice(waiting.indexOf(enter), 1)
      reject(cancelled())
    }
    waiting.push(enter)
    signal?.addEventListener('abort', leave, { once: true })
  })
}
