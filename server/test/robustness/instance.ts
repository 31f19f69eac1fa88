/** The real server as its users start it, in a process group of its own that can be killed whole. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environmentWith } from '../../src/testing/outside.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export type Instance = {
  pid: number
  /** What it has said so far. */
  said(): string
  /** True when it answers, false when it ended before. */
  up: Promise<boolean>
  /** SIGKILL to the whole group; resolves when the main process is gone. */
  kill(): Promise<void>
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>
}

export function startInstance(options: { folder: string; port: number; settings?: Record<string, string> }): Instance {
  const child: ChildProcess = spawn(process.execPath, [main], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentWith({
      INNOSYNTH_DATA: options.folder,
      INNOSYNTH_PORT: String(options.port),
      INNOSYNTH_OFFLINE: 'true',
      INNOSYNTH_LOG_LEVEL: 'warn',
      OLLAMA_HOST: '',
      ...options.settings,
    }),
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000)
    })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let alive = true
  void ended.then(() => {
    alive = false
  })
  // A trial that ends early leaves no server behind.
  process.once('exit', () => {
    if (alive) process.kill(-child.pid!, 'SIGKILL')
  })
  const up = (async () => {
    for (let i = 0; i < 2400 && alive; i += 1) {
      const answer = await fetch(`http://127.0.0.1:${options.port}/api/health`).catch(() => null)
      if (answer?.ok) return true
      await pause(50)
    }
    return false
  })()
  return {
    pid: child.pid!,
    said: () => output,
    up,
    async kill() {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        /* ended by itself */
      }
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
