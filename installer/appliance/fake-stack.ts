/** For tests of upgrades: an engine in memory that keeps images, containers and the data of one deployment folder. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Run, RunOptions, RunResult } from './engine.ts'
import { readEnvironment } from './env-file.ts'

export const services = ['proxy', 'server', 'worker', 'migrate', 'postgres', 'objectstore'] as const
export const imageOf = (service: string) =>
  ['server', 'worker', 'migrate', 'command'].includes(service) ? 'app' : service

type Data = { cluster: string; letters: string[]; migrations: string[] }
type Box = {
  id: string
  version: string
  running: boolean
  health: 'healthy' | 'unhealthy' | null
  restarts: number
  exit: number
}
export type Call = { version: string; words: string; options: RunOptions }
/** What goes wrong: an answer instead of the engine's own; undefined lets it work. */
export type Spoil = (call: Call, stack: FakeStack) => RunResult | Promise<RunResult> | undefined

const good = (stdout: unknown = ''): RunResult => ({
  code: 0,
  stdout: typeof stdout === 'string' ? stdout : JSON.stringify(stdout),
  stderr: '',
})
export const bad = (stderr: string, code = 1): RunResult => ({ code, stdout: '', stderr })
/** A program that never ends, as one whose caller was killed. */
export const never = () => new Promise<RunResult>(() => {})

export type FakeStack = {
  run: Run
  calls: Call[]
  images: Map<string, string>
  boxes: Map<string, Box>
  /** Null: the volume is gone. */
  data: Data | null
  /** The engine's folder; its file system decides how much room there is. */
  root: string
  /** Which migrations a version's image holds. */
  migrationsOf: Record<string, string[]>
  spoil: Spoil
}

export function fakeStack(dir: string, installed: string): FakeStack {
  const backups: { label: string; data: Data }[] = []
  /** What the archive has: everything up to the last write. */
  let archived: Data | null = null
  const stack: FakeStack = {
    calls: [],
    images: new Map(),
    boxes: new Map(),
    data: { cluster: '7001', letters: ['Anna writes to Ben'], migrations: ['001_start.sql'] },
    root: '/',
    migrationsOf: {},
    spoil: () => undefined,
    run: async (command, args, options = {}) => {
      const version = versionOf()
      const words = [command, ...args]
        .join(' ')
        .replace(/^docker compose --project-directory \S+ --file \S+ --env-file \S+ /, 'compose ')
      const call = { version, words, options }
      stack.calls.push(call)
      return (await stack.spoil(call, stack)) ?? answer(words, version, options)
    },
  }
  for (const service of services) {
    stack.images.set(`innosynth/${imageOf(service)}:${installed}`, `sha256:${imageOf(service)}-${installed}`)
    stack.boxes.set(service, box(service, installed))
  }
  return stack

  function versionOf(): string {
    return readEnvironment(readFileSync(join(dir, '.env'), 'utf8'))['INNOSYNTH_VERSION'] ?? ''
  }

  async function answer(words: string, version: string, options: RunOptions): Promise<RunResult> {
    const rest = words.split(' ')
    const last = rest.at(-1)!
    if (words.startsWith('docker info --format {{json'))
      return good({ ServerVersion: '28', Driver: 'overlay2', NCPU: 64, MemTotal: 64e9, DockerRootDir: stack.root })
    if (words.startsWith('docker info')) return good(`${stack.root}\n`)
    if (words.startsWith('docker compose version')) return good('2.35.0')
    if (words.startsWith('docker image inspect')) {
      const id = stack.images.get(last)
      return id ? good(`${id}\n`) : bad('No such image')
    }
    if (words.startsWith('docker image rm')) return stack.images.delete(last) ? good() : bad('No such image')
    if (words === 'docker load') return load(options.input as Readable)
    if (words.startsWith('docker ps')) return good([...stack.boxes.values()].map(({ id }) => id).join('\n'))
    if (words.startsWith('docker inspect')) return good([...stack.boxes].map(inspected))
    if (words.startsWith('docker logs')) return good('its last words')
    if (words === 'compose config --format json') return good({ services: rendered(version) })
    if (words.startsWith('compose config --hash')) return good(services.map((one) => `${one} h-${version}`).join('\n'))
    if (words.startsWith('compose stop')) return stop(rest.slice(2))
    if (words.startsWith('compose up')) return up(rest.slice(2), version)
    if (words.startsWith('compose run') && last === 'migrate') return migrate(version)
    if (words.includes(' restore ')) return restore(words)
    if (words.startsWith('compose exec -T postgres')) return inDatabase(words)
    if (words.includes('command objects-copy'))
      return good({ referenced: 1, listSha256: '0'.repeat(64), objects: 1, copied: 1, bytes: 10, damaged: [] })
    if (words.includes('command smoke')) return smoke(version)
    return good()
  }

  function rendered(version: string) {
    return Object.fromEntries(
      services.map((service) => [
        service,
        { image: `innosynth/${imageOf(service)}:${version}`, restart: service === 'migrate' ? 'no' : 'unless-stopped' },
      ]),
    )
  }

  async function load(input: Readable): Promise<RunResult> {
    try {
      let text = ''
      for await (const part of input) text += String(part)
      const [reference, id] = text.split(' ') as [string, string]
      stack.images.set(reference, id)
      return good(`Loaded image: ${reference}`)
    } catch (error) {
      return bad(String(error))
    }
  }

  function inspected([service, one]: [string, Box]) {
    const image = `innosynth/${imageOf(service)}:${one.version}`
    return {
      Id: one.id,
      Name: `/innosynth-${service}-1`,
      Image: stack.images.get(image) ?? '',
      RestartCount: one.restarts,
      HostConfig: { Memory: 0 },
      Config: {
        Image: image,
        Labels: { 'com.docker.compose.service': service, 'com.docker.compose.config-hash': `h-${one.version}` },
      },
      State: {
        Status: one.running ? 'running' : 'exited',
        Running: one.running,
        ExitCode: one.exit,
        OOMKilled: false,
        StartedAt: one.id,
        ...(one.health ? { Health: { Status: one.health, Log: [] } } : {}),
      },
    }
  }

  function stop(args: string[]): RunResult {
    const named = args.filter((one) => stack.boxes.has(one))
    for (const name of named.length > 0 ? named : services) {
      const one = stack.boxes.get(name)!
      if (one.running) Object.assign(one, { running: false, exit: 0 })
    }
    return good()
  }

  function up(args: string[], version: string): RunResult {
    const named = services.filter((one) => args.includes(one))
    for (const name of named.length > 0 ? named : services) {
      if (!stack.images.has(`innosynth/${imageOf(name)}:${version}`)) return bad(`no image for ${name} ${version}`)
      const present = stack.boxes.get(name)
      if (!present || present.version !== version) stack.boxes.set(name, box(name, version))
      else if (name !== 'migrate') Object.assign(present, { running: true, exit: 0 })
      // As entry.sh does: an empty volume becomes an empty database.
      if (name === 'postgres') stack.data ??= { cluster: randomUUID(), letters: [], migrations: [] }
      if (name === 'migrate') migrate(version)
    }
    return good()
  }

  function migrate(version: string): RunResult {
    if (!stack.data || !stack.boxes.get('postgres')?.running) return bad('the database does not answer')
    stack.data.migrations = [...new Set([...stack.data.migrations, ...(stack.migrationsOf[version] ?? [])])]
    return good()
  }

  function inDatabase(words: string): RunResult {
    const { data } = stack
    if (!data || !stack.boxes.get('postgres')?.running) return bad('service "postgres" is not running')
    if (words.includes('pg_walfile_name')) return good('00000001\n')
    if (words.includes('system_identifier')) return good(`${data.cluster}\n`)
    if (words.includes('innosynth-pgbackrest check')) {
      archived = structuredClone(data)
      return good()
    }
    if (words.includes('innosynth-pgbackrest backup'))
      backups.push({ label: `backup-${backups.length + 1}`, data: structuredClone(data) })
    if (words.includes('innosynth-pgbackrest info'))
      return good([
        {
          status: { code: 0, message: 'ok' },
          backup: backups.map(({ label }) => ({
            label,
            lsn: { stop: '0/1' },
            timestamp: { start: 1, stop: 2 },
            info: { size: 1, repository: { delta: 1 } },
            error: null,
          })),
        },
      ])
    return good()
  }

  function restore(words: string): RunResult {
    if (stack.boxes.get('postgres')?.running) return bad('the database runs')
    const label = /--set=(\S+)/.exec(words)?.[1]
    const found = label ? backups.find((one) => one.label === label)?.data : archived
    if (!found) return bad('no such backup')
    stack.data = structuredClone(found)
    return good()
  }

  /** As the real one: somebody who is not set up yet is nobody to sign in, and no fault. A newer database is one. */
  function smoke(version: string): RunResult {
    const healthy = ['server', 'worker', 'postgres', 'objectstore'].every((name) => {
      const one = stack.boxes.get(name)!
      return one.running && one.health !== 'unhealthy'
    })
    const unknown = stack.data?.migrations.filter((one) => !stack.migrationsOf[version]?.includes(one))
    return healthy && unknown?.length === 0 ? good() : bad('the answer cites nothing')
  }
}

const box = (service: string, version: string): Box => ({
  id: randomUUID(),
  version,
  running: service !== 'migrate',
  health: service === 'migrate' ? null : 'healthy',
  restarts: 0,
  exit: 0,
})
