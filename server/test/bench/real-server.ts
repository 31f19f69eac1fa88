/** The product as people start it, on a folder of its own: a process, not a function. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export type RealServer = {
  api(method: string, path: string, body?: Uint8Array | object): Promise<Response>
  get<T>(path: string): Promise<T>
  /** Bytes of all its processes: proportional set size, so that shared pages count once. */
  memory(): Promise<number>
  startMs: number
  stop(): Promise<void>
}

/** Starts, sets up and waits for search by meaning. `models`: a folder looked into first. */
export async function startRealServer(options: { models: string | undefined }): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-bench-'))
  const port = await freePort()
  const started = performance.now()
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      INNOSYNTH_DATA: folder,
      INNOSYNTH_PORT: String(port),
      ...(options.models ? { INNOSYNTH_MODELS: options.models } : {}),
    },
  })
  const said = { text: '' }
  child.stdout!.on('data', (bytes: Buffer) => {
    said.text = (said.text + bytes.toString()).slice(-20_000)
  })
  await until(() => /Stop {7}Ctrl/.test(said.text), 120_000, 'the server did not start')
  const startMs = performance.now() - started
  const code = /Set-up code (\S+)/.exec(said.text)?.[1]
  const url = `http://127.0.0.1:${port}`
  const setUp = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code,
      organisation: 'Bench',
      name: 'Bench',
      email: 'bench@example.test',
      password: 'a long enough password',
    }),
  })
  if (!setUp.ok) throw new Error(await setUp.text())
  const cookie = setUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const api: RealServer['api'] = (method, path, body) =>
    fetch(url + path, {
      method,
      headers: { cookie, ...(body && !(body instanceof Uint8Array) ? { 'content-type': 'application/json' } : {}) },
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body) }),
    })
  const get: RealServer['get'] = async (path) => {
    const answer = await api('GET', path)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  await until(
    async () => (await get<{ model: { state: string } }>('/api/status')).model.state !== 'preparing',
    300_000,
    'no model',
  )
  return {
    api,
    get,
    startMs,
    memory: () => memoryOf(child),
    stop: async () => {
      child.kill('SIGTERM')
      await new Promise((gone) => child.once('exit', gone))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function memoryOf(child: ChildProcess): Promise<number> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    parents.set(Number(name), Number(stat.split(') ').at(-1)?.split(' ')[1]))
  }
  const ours = new Set([child.pid!])
  for (let before = 0; before !== ours.size;) {
    before = ours.size
    for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid)
  }
  let sum = 0
  for (const pid of ours) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    sum += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024
  }
  return sum
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export async function until(
  reached: () => boolean | Promise<boolean>,
  limitMs: number,
  otherwise: string,
  everyMs = 50,
): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await reached())) {
    if (performance.now() > end) throw new Error(otherwise)
    await new Promise((wake) => setTimeout(wake, everyMs))
  }
}

export const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)] ?? Number.NaN
