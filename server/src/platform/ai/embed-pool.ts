/** The processes that embed, and the one queue before them: questions first, and a text whose process died is tried again. */
import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { AppError } from '../app-error.ts'
import type { ChildReport } from './embed-child.ts'
import type { EmbeddingEntry } from './manifest.ts'

/** How often a text may take its process down before it is given up. */
const triesPerText = 3
const startsWithoutSuccess = 3

type Work = {
  id: number
  text: string
  tries: number
  settle: (result: Float32Array | AppError) => void
  dropped: boolean
}
type Seat = {
  child: ChildProcess
  work: Work | undefined
  ready: boolean
  rss: number
  /** Counts down to the end of a process that nobody needs. */
  rest?: NodeJS.Timeout
  retired: boolean
}

export type PoolSize = {
  /** At most so many processes. One is always there, so that a question never waits for a model to load. */
  processes: number
  /** Texts that wait before another process is worth its memory. */
  waiting?: number
  /** How long a further process may have nothing to do. Milliseconds. */
  restMs?: number
  /** Hears why the model, once ready, does not load any more. */
  onEnd?: (reason: string) => void
}

export type EmbedPool = {
  /** One vector for one text that already carries its prefix. */
  run(kind: 'query' | 'passage', text: string, signal?: AbortSignal): Promise<Float32Array>
  /** Settles when the first process is ready; throws when the model cannot be loaded. */
  ready: Promise<void>
  /** Process ids and resident bytes as last told. */
  processes(): { pid: number; rss: number }[]
  close(): Promise<void>
}

export function startEmbedPool(entry: EmbeddingEntry, folder: string, size: PoolSize): EmbedPool {
  const { processes, waiting = 8, restMs = 600_000 } = size
  let limit = processes
  const queues: Record<'query' | 'passage', Work[]> = { query: [], passage: [] }
  const seats = new Set<Seat>()
  let lastId = 0
  let closed = false
  let fruitlessStarts = 0
  let warmed = false
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => undefined)

  function next(): Work | undefined {
    for (const queue of [queues.query, queues.passage]) {
      while (queue.length > 0) {
        const work = queue.shift()
        if (work && !work.dropped) return work
      }
    }
    return undefined
  }

  function feed(): void {
    for (const seat of seats) {
      if (!seat.ready || seat.work) continue
      const work = next()
      if (!work) {
        if (seats.size > 1) seat.rest ??= setTimeout(retire, restMs, seat).unref()
        continue
      }
      clearTimeout(seat.rest)
      seat.rest = undefined
      seat.work = work
      work.tries += 1
      seat.child.send({ id: work.id, text: work.text })
    }
    const starting = [...seats].some((seat) => !seat.ready)
    if (seats.size < limit && !starting && queues.passage.length >= waiting) start()
  }

  function retire(seat: Seat): void {
    seat.rest = undefined
    if (seat.work || seats.size < 2) return
    seat.retired = true
    seats.delete(seat)
    seat.child.kill('SIGKILL')
  }

  function finish(seat: Seat, report: Exclude<ChildReport, { kind: 'ready' }>): void {
    const work = seat.work
    if (work?.id !== report.id) return
    seat.work = undefined
    if (report.kind === 'vector') {
      seat.rss = report.rss
      work.settle(report.vector)
    } else {
      work.settle(
        new AppError('internal', {
          detail: 'This text could not be prepared for search by meaning.',
          cause: report.reason,
        }),
      )
    }
    feed()
  }

  function start(): void {
    const child = fork(
      fileURLToPath(new URL('embed-child.ts', import.meta.url)),
      [folder, entry.pooling, String(entry.maxTokens)],
      {
        env: {},
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    )
    // Whoever asks or uploads comes before vectors that are made in the background.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    const seat: Seat = { child, work: undefined, ready: false, rss: 0, retired: false }
    let said = ''
    child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2000)))
    child.on('message', (report: ChildReport) => {
      if (report.kind !== 'ready') return finish(seat, report)
      seat.ready = true
      fruitlessStarts = 0
      ready.resolve()
      // The first files often come right after the start; the others rest again when nobody needs them.
      if (!warmed && seats.size < limit) start()
      warmed = true
      feed()
    })
    child.on('error', () => undefined)
    child.on('exit', () => leave(seat, said))
    seats.add(seat)
  }

  function leave(seat: Seat, said: string): void {
    seats.delete(seat)
    clearTimeout(seat.rest)
    if (closed || seat.retired) return
    const work = seat.work
    if (work && work.tries >= triesPerText) {
      work.settle(
        new AppError('internal', { detail: 'This text stopped the model each time it was tried.', cause: said }),
      )
    } else if (work) {
      queues.query.unshift(work)
    }
    if (seat.ready || ++fruitlessStarts < startsWithoutSuccess) return start()
    if (seats.size === 0) return giveUp(said)
    limit = seats.size // this machine has no room for more; those that run go on
  }

  function giveUp(said: string): void {
    closed = true
    const reason = said.split('\n').find((line) => line.includes('Error')) ?? 'it ended without a word'
    const why = `the model ${entry.name} does not load: ${reason.trim()}`
    ready.reject(new Error(why))
    size.onEnd?.(why)
    refuse(new AppError('unavailable', { detail: 'Search by meaning has stopped working; search by words goes on.' }))
  }

  function refuse(error: AppError): void {
    for (const seat of seats) seat.work?.settle(error)
    for (const queue of [queues.query, queues.passage]) for (const work of queue.splice(0)) work.settle(error)
  }

  start()

  return {
    ready: ready.promise,
    run: (kind, text, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        if (closed) throw new AppError('unavailable', { detail: 'Search by meaning is not running.' })
        const work: Work = {
          id: ++lastId,
          text,
          tries: 0,
          dropped: false,
          settle: (result) => {
            signal?.removeEventListener('abort', drop)
            if (result instanceof AppError) reject(result)
            else resolve(result)
          },
        }
        const drop = () => {
          work.dropped = true
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', drop, { once: true })
        queues[kind].push(work)
        feed()
      }),
    processes: () => [...seats].map((seat) => ({ pid: seat.child.pid ?? 0, rss: seat.rss })),
    close: async () => {
      closed = true
      ready.reject(new Error('the program is stopping'))
      refuse(new AppError('unavailable', { detail: 'The program is stopping.' }))
      await Promise.all(
        [...seats].map(
          ({ child }) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null || child.signalCode !== null) return resolve()
              child.once('exit', () => resolve())
              child.kill('SIGKILL')
            }),
        ),
      )
    },
  }
}
