/** One confined process seen from outside: sends it files, watches its memory and its time, and ends it when it oversteps. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { ChildProcess } from 'node:child_process'
import type { FromChild, ToChild } from './child/messages.ts'
import { startConfined } from './confinement.ts'
import { ExtractionError } from './shapes.ts'
import type { Extraction, ExtractionLimits, ExtractionProgress } from './shapes.ts'

export type ExtractionInput = {
  path: string
  fileName: string
  signal?: AbortSignal
  onProgress?: (progress: ExtractionProgress) => void
}

/** What of a logger is needed; pino's fits. */
export type ExtractionLog = { warn(details: Record<string, unknown>, message: string): void }

/** How often memory and time are looked at, milliseconds. */
const watchEvery = 50

export class ConfinedProcess {
  /** Files read so far. */
  files = 0
  /** False once the process has ended or is being ended. */
  alive = true
  readonly pid: number
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #limits: ExtractionLimits
  readonly #log: ExtractionLog
  readonly #ready: Promise<void>
  #hear: (message: FromChild) => void = () => {}
  #onEnd: () => void = () => {}
  #stderr = ''

  constructor(limits: ExtractionLimits, log: ExtractionLog, entry?: string) {
    this.#limits = limits
    this.#log = log
    this.#child = startConfined((limits.memoryBytes / 2 ** 20) * 0.75, entry)
    this.pid = this.#child.pid ?? -1
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.alive = false
        this.#onEnd()
        resolve()
      }
      this.#child.once('exit', end)
      this.#child.once('error', end)
    })
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message: FromChild) => {
        if (message.kind === 'ready') resolve()
        else this.#hear(message)
      })
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4_000)
    })
    // A child that dies while a file is being sent breaks the pipe; its end is what is reported.
    this.#child.stdin?.on('error', () => {})
    this.#child.unref()
    this.#child.channel?.unref()
  }

  /** Resident memory in bytes; 0 where the system does not tell. */
  async memory(): Promise<number> {
    try {
      const status = await readFile(`/proc/${this.pid}/status`, 'latin1')
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024
    } catch {
      return 0
    }
  }

  kill(): void {
    this.alive = false
    // Whoever waits for the end must not find the event loop empty before.
    this.#child.ref()
    this.#child.kill('SIGKILL')
  }

  /** Reads one file. On any ExtractionError that ends the process, `alive` is false afterwards. */
  async read({ path, fileName, signal, onProgress }: ExtractionInput): Promise<Extraction> {
    const size = (await stat(path)).size
    if (size > this.#limits.memoryBytes * 0.6) {
      throw new ExtractionError(
        'too_much_memory',
        `The file is ${Math.round(size / 2 ** 20)} MB large, too large to be read in the memory one document may use. Split it into smaller files and add those.`,
      )
    }
    this.files++
    this.#child.ref()
    try {
      return await this.#exchange(path, size, fileName, signal, onProgress)
    } finally {
      this.#hear = () => {}
      this.#onEnd = () => {}
      this.#child.unref()
    }
  }

  #exchange(
    path: string,
    size: number,
    fileName: string,
    signal: AbortSignal | undefined,
    onProgress: ExtractionInput['onProgress'],
  ): Promise<Extraction> {
    return new Promise<Extraction>((resolve, reject) => {
      const begun = Date.now()
      let heard = begun
      let settled = false
      const settle = (end: () => void) => {
        if (settled) return
        settled = true
        clearInterval(watch)
        signal?.removeEventListener('abort', cancel)
        end()
      }
      const fail = (error: ExtractionError) => settle(() => reject(error))
      const end = (code: ExtractionError['code'], message: string) => {
        fail(new ExtractionError(code, message))
        this.kill()
      }
      const cancel = () => end('cancelled', 'Reading was cancelled.')
      const watch = setInterval(() => {
        const now = Date.now()
        if (now - begun > this.#limits.totalMs)
          end(
            'too_slow',
            `Reading took longer than the ${seconds(this.#limits.totalMs)} allowed. Split the document into smaller files and add those.`,
          )
        else if (now - heard > this.#limits.idleMs)
          end(
            'too_slow',
            `Reading made no progress for ${seconds(this.#limits.idleMs)}, so it was stopped. The file may be damaged: open it in its program, save it again, and upload the new copy.`,
          )
        else
          void this.memory().then((bytes) => {
            if (bytes > this.#limits.memoryBytes)
              end(
                'too_much_memory',
                `Reading needed more than the ${Math.round(this.#limits.memoryBytes / 2 ** 20)} MB of memory allowed. Split the document into smaller files and add those.`,
              )
          })
      }, watchEvery)
      this.#hear = (message) => {
        heard = Date.now()
        if (message.kind === 'progress') onProgress?.(message.progress)
        else if (message.kind === 'done') settle(() => resolve(message.extraction))
        else if (message.kind === 'failed') {
          if (message.cause) this.#log.warn({ code: message.code, cause: message.cause }, 'extraction failed')
          fail(new ExtractionError(message.code, message.message))
        }
      }
      this.#onEnd = () => {
        if (!settled) fail(this.#crash())
      }
      if (signal?.aborted) return cancel()
      if (!this.alive) return this.#onEnd()
      signal?.addEventListener('abort', cancel, { once: true })
      void this.#ready.then(() => {
        heard = Date.now()
        if (!settled)
          this.#send(path, size, fileName, (cause) => {
            fail(
              new ExtractionError('damaged', 'The stored file could not be read from the disk. Upload it again.', {
                cause,
              }),
            )
            this.kill()
          })
      })
    })
  }

  #send(path: string, size: number, fileName: string, onError: (cause: Error) => void): void {
    const message: ToChild = { kind: 'read', fileName, bytes: size, limits: this.#limits }
    this.#child.send(message)
    if (size === 0) return
    // A file that grows meanwhile must not run into the next one's bytes.
    createReadStream(path, { end: size - 1 })
      .on('error', onError)
      .pipe(this.#child.stdin!, { end: false })
  }

  /** The engine ends itself when its heap is full; anything else is a crash. */
  #crash(): ExtractionError {
    this.#log.warn(
      { pid: this.pid, exit: this.#child.exitCode, signal: this.#child.signalCode, stderr: this.#stderr },
      'extraction process ended',
    )
    if (/heap out of memory|Allocation failed/i.test(this.#stderr)) {
      return new ExtractionError(
        'too_much_memory',
        'Reading needed more memory than one document may use. Split the document into smaller files and add those.',
      )
    }
    return new ExtractionError(
      'crashed',
      'The program that reads documents broke down on this file. Open the file in its program, save it again or as PDF, and upload the new copy.',
    )
  }
}

function seconds(milliseconds: number): string {
  const value = Math.round(milliseconds / 1000)
  return value >= 120
    ? `${Math.round(value / 60)} minutes`
    : value === 1
      ? 'one second'
      : `${Math.max(value, 1)} seconds`
}
