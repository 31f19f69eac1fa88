import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { certificate, fakeDocker, fakeProduct, key } from './fake-engine.ts'
import type { State } from './state.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const phases = ['check', 'folders', 'files', 'secrets', 'images', 'start', 'schedule', 'record']
type Result = { code: number | null; signal: string | null; stdout: string; stderr: string }

describe('install', { timeout: 120_000 }, () => {
  let folder: string
  let product: Awaited<ReturnType<typeof fakeProduct>>
  beforeAll(async () => {
    product = await fakeProduct()
  })
  afterAll(() => product.close())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innosynth-install-'))
    await fakeDocker(join(folder, 'bin'))
    await writeFile(join(folder, 'tls.crt'), certificate)
    await writeFile(join(folder, 'tls.key'), key)
    await writeFile(
      join(folder, 'answers.yaml'),
      `hostname: localhost
listen: { https: ${product.port}, http: 4, address: 127.0.0.1 }
tls: { mode: byo, certificate: ${folder}/tls.crt, key: ${folder}/tls.key }
backup: { dir: ${folder}/backups, schedule: false }
models: { dir: ${folder}/models }
`,
    )
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const dir = () => join(folder, 'site')
  /** The real command line in a process of its own. */
  const innosynth = (...args: string[]) =>
    new Promise<Result>((resolve) => {
      const child = spawn(process.execPath, [main, ...args, '--dir', dir()], {
        env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const heard = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (part: string) => (heard[name] += part))
      child.on('close', (code, signal) => resolve({ code, signal, ...heard }))
    })
  // What this machine may lack is no matter here.
  const ignored = [
    'port.https',
    'host.root',
    'host.cpus',
    'host.memory',
    'backup.outside',
    'disk.engine',
    'disk.backup',
    'disk.kind',
  ].flatMap((code) => ['--ignore', code])
  const install = (...more: string[]) =>
    innosynth('install', '--config', join(folder, 'answers.yaml'), '--json', ...ignored, ...more)

  /** Every file with its content's hash, mode and time of writing. */
  async function snapshot(): Promise<Record<string, string>> {
    const entries = await readdir(dir(), { recursive: true, withFileTypes: true })
    const files = await Promise.all(
      entries
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name)
          const { mode } = await stat(path)
          return [
            path,
            `${mode.toString(8)} ${createHash('sha256')
              .update(await readFile(path))
              .digest('hex')}`,
          ]
        }),
    )
    return Object.fromEntries(files.sort())
  }
  const state = async () => JSON.parse(await readFile(join(dir(), 'state.json'), 'utf8')) as State

  it('starts the stack, records the version and gives a one-time link after the hash', async () => {
    const done = await install()
    expect(done.stderr).not.toContain('Error')
    const told = JSON.parse(done.stdout)
    expect(done.code).toBe(0)
    const code = await readFile(join(dir(), 'secrets/server/setup_code'), 'utf8')
    expect(told.link).toBe(`https://localhost:${product.port}/setup#code=${code}`)
    expect(told.changes).toContain('server-1 started')
    expect(await state()).toMatchObject({
      version: told.version,
      journal: null,
      ignored: expect.arrayContaining([expect.objectContaining({ code: 'port.https' })]),
    })
    expect(await readFile(join(dir(), '.env'), 'utf8')).not.toContain(code)
  })

  it('changes nothing the second time', async () => {
    await install()
    const before = await snapshot()
    const again = await install()
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, changed: 0, changes: [] })
    expect(await snapshot()).toEqual(before)
    const calls = await readFile(join(folder, 'bin', 'calls'), 'utf8')
    expect(calls.split('\n').filter((line) => line.includes(' up '))).toHaveLength(1)
  })

  it('says once where the recovery key lies, and shows the key itself nowhere', async () => {
    const first = await install()
    const file = join(dir(), 'recovery-key.txt')
    const secret = (await readFile(file, 'utf8')).trim().replace('innosynth-recovery-', '')
    expect(secret).toHaveLength(43)
    expect((await stat(file)).mode & 0o777).toBe(0o400)
    expect(JSON.parse(first.stdout).recoveryKey).toBe(file)
    const again = await install()
    expect(JSON.parse(again.stdout).recoveryKey).toBeNull()
    const calls = await readFile(join(folder, 'bin', 'calls'), 'utf8')
    for (const shown of [first.stdout, first.stderr, again.stdout, again.stderr, calls])
      expect(shown).not.toContain(secret)
  })

  it('tells a person to take the recovery key away, once, even where the run that made it was cut off', async () => {
    const plainly = () => innosynth('install', '--config', join(folder, 'answers.yaml'), ...ignored)
    await install('--fault', 'start:begin')
    expect((await plainly()).stdout).toContain(`The recovery key lies in ${join(dir(), 'recovery-key.txt')}`)
    expect((await plainly()).stdout).not.toContain('recovery key')
  })

  it('makes no other recovery key once an administrator has taken it away', async () => {
    await install()
    await rm(join(dir(), 'recovery-key.txt'))
    expect(JSON.parse((await install()).stdout)).toMatchObject({ changed: 0, recoveryKey: null })
    await expect(stat(join(dir(), 'recovery-key.txt'))).rejects.toThrow('ENOENT')
  })

  it.each(phases.flatMap((phase) => [`${phase}:begin`, `${phase}:end`]))(
    'killed at %s, goes on and comes to the same end',
    async (point) => {
      const killed = await install('--fault', point)
      expect(killed.signal).toBe('SIGKILL')
      const secretsThen = Object.entries(await snapshot()).filter(([path]) => path.includes('/secrets/'))
      const resumed = await install()
      expect(resumed.stderr).toContain('was taken over')
      expect(JSON.parse(resumed.stdout)).toMatchObject({ ok: true })
      const after = await snapshot()
      // A secret that was made is never made anew: the database may know it already.
      expect(after).toMatchObject(Object.fromEntries(secretsThen))
      expect(Object.keys(after).filter((path) => path.endsWith('.tmp') || path.includes('lock'))).toEqual([])
      expect(await state()).toMatchObject({ version: JSON.parse(resumed.stdout).version, journal: null })
      expect(JSON.parse((await install()).stdout)).toMatchObject({ changed: 0 })
      expect(await snapshot()).toEqual(after)
    },
  )

  it('keeps what an administrator changed by hand, and says so', async () => {
    await install()
    const file = join(dir(), 'compose/proxy/Caddyfile')
    await writeFile(file, '# mine\n')
    const again = await install()
    expect(again.stderr).toContain('compose/proxy/Caddyfile was changed by hand and is kept')
    expect(await readFile(file, 'utf8')).toBe('# mine\n')
    expect((await innosynth('config', 'diff')).stdout).toContain('compose/proxy/Caddyfile: was changed by hand')
    expect(JSON.parse((await install('--overwrite')).stdout).changes).toEqual(['compose/proxy/Caddyfile renewed'])
  })

  it('mends a secret file that stands open, without a new secret', async () => {
    await install()
    const file = join(dir(), 'secrets/postgres/owner_password')
    const before = await readFile(file, 'utf8')
    await chmod(file, 0o644)
    expect(JSON.parse((await install()).stdout).changes).toEqual(['secrets/postgres/owner_password closed to others'])
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await stat(file)).mode & 0o777).toBe(0o400)
  })

  it('shows its plan and writes nothing in a dry run', async () => {
    const shown = await install('--dry-run')
    expect(JSON.parse(shown.stdout).plan).toContain(`write innosynth.yaml`)
    await expect(stat(dir())).rejects.toThrow('ENOENT')
  })

  it('stops before anything is written when a port is taken and nobody said to ignore it', async () => {
    const refused = await innosynth('install', '--config', join(folder, 'answers.yaml'), '--json', ...ignored.slice(2))
    expect(refused.code).toBe(2)
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      word: 'preflight',
      message: expect.stringContaining(`${product.port} is used by`),
    })
    expect(await readdir(dir())).toEqual(['state.json'])
  })

  it('says what is wrong with an answers file, all at once, with lines', async () => {
    await writeFile(join(folder, 'answers.yaml'), 'hostname: a b\nlisten: { htps: 1 }\nscale: { server: 99 }\n')
    const refused = await install()
    expect(refused.code).toBe(2)
    const { message } = JSON.parse(refused.stdout).error
    expect(message).toContain('line 1: hostname must be a host name')
    expect(message).toContain('Did you mean listen.https?')
    expect(message).toContain('line 3: scale.server must be a whole number from 1 to 16')
  })

  it('is the work of one hand at a time', async () => {
    const both = await Promise.all([install(), install()])
    const codes = both.map(({ code }) => code).sort()
    expect(codes[0]).toBe(0)
    if (codes[1] !== 0) expect(both.find(({ code }) => code !== 0)!.stdout).toContain('"word":"locked"')
  })
})
