/** The real product, evaluation mode, on a data folder of its own and a free port. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export type RunningServer = { address: string; setUpCode: string; stop: () => Promise<void>; log: () => string }

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Starts it and waits for the set-up code; throws with the end of its log when it does not come within a minute. */
export async function runServer(): Promise<RunningServer> {
  const data = await mkdtemp(join(tmpdir(), 'innosynth-journey-'))
  const port = await freePort()
  let log = ''
  const child: ChildProcess = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      INNOSYNTH_DATA: data,
      INNOSYNTH_PORT: String(port),
      INNOSYNTH_MODE: 'evaluation',
      INNOSYNTH_URL: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(late)
    }
    await rm(data, { recursive: true, force: true })
  }
  const until = Date.now() + 60_000
  for (;;) {
    const code = /Set-up code\s+(\S+)/.exec(log)?.[1]
    if (code) return { address: `http://localhost:${port}`, setUpCode: code, stop, log: () => log }
    if (child.exitCode !== null || Date.now() > until) {
      await stop()
      throw new Error(`The server did not start:\n${log.slice(-3000)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
