/** A fault in every phase of an upgrade, on an engine in memory: the version before runs again with its data, by itself. */
import { createPrivateKey } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hostArch, type Manifest } from './bundle-manifest.ts'
import { sealBundle } from './bundle-seal.ts'
import { newKeys } from './bundle-signature.ts'
import { parseConfiguration } from './config.ts'
import { fileChanges, wantedFiles, writeFiles } from './deployment.ts'
import type { Run } from './engine.ts'
import { readEnvironment } from './env-file.ts'
import { bad, fakeStack, never, services, type FakeStack, type Spoil } from './fake-stack.ts'
import { checks } from './preflight.ts'
import { quietContext } from './quiet-context.ts'
import { ensureSecrets, writeSecretFile } from './secrets.ts'
import { readState, writeState } from './state.ts'
import { verb as rollback } from './rollback.ts'
import { verb as upgrade } from './upgrade.ts'
import { upgradeHere } from './upgrade-steps.ts'
import { type Context, type Outcome, Stop } from './verb.ts'

const keys = newKeys()
const [old, next] = ['1.1.0', '1.2.0']
const anna = ['Anna writes to Ben']
let folder: string
let dir: string
let bundle: string
let stack: FakeStack
let context: Context
/** The progress title at which the process that upgrades is killed. */
let killAt: string | null
let failAt: string | null
let killed: () => void
let death: Promise<void>

type Change = { migrations?: string[]; facts?: Partial<Manifest>; image?: (name: string) => Buffer }
async function makeBundle(path: string, version: string, change: Change = {}) {
  for (const part of ['installer/appliance', 'images', 'compose']) await mkdir(join(path, part), { recursive: true })
  await writeFile(join(path, 'installer/appliance/main.ts'), `the command line of ${version}`)
  await writeFile(join(path, 'docker-compose.yml'), `# ${version}\n`)
  await writeFile(join(path, 'compose/base.yml'), `# services of ${version}\n`)
  const images = ['app', 'proxy', 'postgres', 'objectstore'].map((name) => ({
    reference: `innosynth/${name}:${version}`,
    file: `images/${name}.tar.zst`,
    ids: [`sha256:${name}-${version}`],
  }))
  for (const { reference, file, ids } of images)
    await writeFile(join(path, file), change.image?.(reference) ?? zstdCompressSync(`${reference} ${ids[0]}`))
  await sealBundle(
    path,
    {
      format: 1,
      product: 'innosynth',
      version,
      minFromVersion: '1.0.0',
      arch: hostArch(),
      revision: 'abc',
      created: '2026-11-24T00:00:00.000Z',
      migrations: change.migrations ?? ['001_start.sql'],
      images,
      ...change.facts,
    },
    createPrivateKey(keys.privateKey),
  )
  stack.migrationsOf[version] = change.migrations ?? ['001_start.sql']
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'innosynth-faults-'))
  dir = join(folder, 'site')
  bundle = join(folder, 'bundle')
  stack = fakeStack(dir, old)
  killAt = null
  failAt = null
  death = new Promise((done) => (killed = done))
  const first = join(folder, 'first')
  await makeBundle(first, old)
  await mkdir(join(folder, 'backups'))
  await mkdir(dir)
  await writeFile(
    join(dir, 'innosynth.yaml'),
    `hostname: localhost\nbackup: { dir: ${folder}/backups, schedule: false }\nmodels: { dir: ${folder}/models }\n`,
  )
  const { effective } = parseConfiguration(await readFile(join(dir, 'innosynth.yaml'), 'utf8'))
  const state = await readState(dir)
  await writeFiles(dir, await fileChanges(dir, state, await wantedFiles(first, effective, old), true))
  await ensureSecrets(dir)
  for (const path of ['proxy/tls.crt', 'proxy/tls.key'] as const) await writeSecretFile(dir, path, '')
  await cp(join(first, 'manifest.json'), join(dir, 'manifest.json'))
  await writeFile(join(dir, 'bundle-key.pub'), keys.publicKey)
  await writeState(dir, { ...state, version: old })
  context = {
    ...quietContext(dir, stack.run),
    source: bundle,
    progress: async (what, work) => {
      if (what === failAt) throw new Error('ENOSPC: no space left on device')
      return what === killAt ? die() : work()
    },
  }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** From here on the process that upgrades does nothing any more, and its lock is that of a process which is gone. */
async function die(): Promise<never> {
  killAt = null
  stack.spoil = () => undefined
  const lock = join(dir, 'lock')
  await writeFile(lock, JSON.stringify({ ...JSON.parse(await readFile(lock, 'utf8')), started: 'gone' }))
  killed()
  return (await never()) as never
}

const ignore = (except?: string) => checks.map(({ code }) => code).filter((code) => code !== except)
const ended = (work: Promise<Outcome>): Promise<{ code: number; word: unknown; withData: unknown }> =>
  work.then(
    ({ code, data }) => ({ code, word: data['word'], withData: data['withData'] }),
    (error: unknown) => {
      if (!(error instanceof Stop)) throw error
      return { code: error.exit, word: error.word, withData: undefined }
    },
  )

/** As a person types it; the bundle's own command line runs here instead of in a process of its own. */
function upgradeTo(options: Record<string, string | string[]> = {}) {
  const given = { ignore: ignore(), ...options }
  const run: Run = async (command, args, how) => {
    if (command !== process.execPath) return stack.run(command, args, how)
    const work = upgradeHere(context, { bundle, overwrite: false, ignore: given.ignore as string[] })
    const answer = work.then(
      ({ code, data }) => ({ code, stdout: JSON.stringify({ code, ...data }), stderr: '' }),
      ({ exit, word, message, remedy }: Stop) => ({
        code: exit,
        stdout: JSON.stringify({ code: exit, error: { word, message, remedy } }),
        stderr: '',
      }),
    )
    return Promise.race([answer, death.then(() => ({ code: 137, stdout: '', stderr: '' }))])
  }
  return ended(upgrade.run({ ...context, run }, { options: given, args: [bundle] }))
}

const restores = () => stack.calls.filter(({ words }) => words.includes(' restore '))
const composed = () => stack.calls.filter(({ words }) => words.startsWith('compose '))

/** Files, containers, images, data and journal are those of before. */
async function expectOldVersion() {
  const state = await readState(dir)
  expect(state).toMatchObject({ version: old, journal: null })
  expect(readEnvironment(await readFile(join(dir, '.env'), 'utf8'))['INNOSYNTH_VERSION']).toBe(old)
  expect(await readFile(join(dir, 'compose/base.yml'), 'utf8')).toBe(`# services of ${old}\n`)
  for (const name of services) expect([name, stack.boxes.get(name)?.version]).toEqual([name, old])
  expect([...stack.boxes].filter(([name, one]) => name !== 'migrate' && !one.running)).toEqual([])
  expect([...stack.images.keys()].filter((name) => name.endsWith(next))).toEqual([])
  expect(composed().at(-1)?.version ?? old).toBe(old)
  expect(stack.data).toMatchObject({ cluster: '7001', letters: anna, migrations: ['001_start.sql'] })
  await expect(readFile(join(dir, 'lock'))).rejects.toThrow('ENOENT')
}

const when = (words: string | RegExp, answer: ReturnType<Spoil> | ((stack: FakeStack) => ReturnType<Spoil>)): Spoil => {
  return (call, it) => {
    if (call.version === old && !/volume|stop|pgbackrest/.test(String(words))) return undefined
    if (!(typeof words === 'string' ? call.words.includes(words) : words.test(call.words))) return undefined
    return typeof answer === 'function' ? answer(it) : answer
  }
}
const once = (spoil: Spoil): Spoil => {
  const done = new WeakSet<FakeStack>()
  return (call, it) => {
    if (done.has(it)) return undefined
    const answer = spoil(call, it)
    if (answer) done.add(it)
    return answer
  }
}
/** The new server is made, and something is wrong with it; the engine waits for it until it is told to stop. */
const sickServer =
  (sick: object): Spoil =>
  (call, it) => {
    const { version, words, options } = call
    if (version !== next || !words.startsWith('compose up')) return undefined
    const named = services.some((one) => words.split(' ').includes(one))
    if (named && !words.split(' ').includes('server')) return undefined
    const present = it.boxes.get('server')!
    it.boxes.set('server', { ...present, id: 'sick', version: next, running: true, ...sick })
    if (options.signal?.aborted) return bad('aborted', 126)
    return new Promise((done) => options.signal?.addEventListener('abort', () => done(bad('aborted', 137))))
  }

type Fault = {
  /** Progress titles at which it throws, or the process is killed. */
  fail?: string
  kill?: string
  /** Only with these lists of migrations. */
  lists?: string[]
  change?: Change
  arrange?: () => unknown
  spoil?: Spoil
  ignore?: string[]
  root?: string
}
const flip = (path: string) => async () => {
  const file = join(bundle, path)
  const bytes = await readFile(file)
  bytes[0] = bytes[0]! ^ 1
  await writeFile(file, bytes)
}

test.each<[string, string, Fault]>([
  ['verify: the signature is somebody else’s', 'signature', { arrange: flip('manifest.sig') }],
  ['verify: an image was altered', 'altered', { arrange: flip('images/app.tar.zst') }],
  [
    'verify: another architecture',
    'architecture',
    { change: { facts: { arch: hostArch() === 'amd64' ? 'arm64' : 'amd64' } } },
  ],
  ['path: a version is skipped', 'path', { change: { facts: { minFromVersion: '1.1.5' } } }],
  ['path: a file was changed by hand', 'drift', { arrange: () => changeByHand() }],
  [
    'preflight: the engine is too old',
    'preflight',
    {
      ignore: ignore('engine.compose'),
      spoil: (call) => (/compose version/.test(call.words) ? { code: 0, stdout: '2.1.0', stderr: '' } : undefined),
    },
  ],
])('%s: it is refused and nothing of the installation was touched', async (_name, word, fault) => {
  await makeBundle(bundle, next, fault.change)
  await fault.arrange?.()
  stack.spoil = fault.spoil ?? stack.spoil
  expect(await upgradeTo(fault.ignore ? { ignore: fault.ignore } : {})).toMatchObject({ code: 2, word })
  if (word === 'drift') await writeFile(join(dir, 'compose/base.yml'), `# services of ${old}\n`)
  expect(composed().filter(({ words }) => / (stop|up|run) /.test(words))).toEqual([])
  await expectOldVersion()
})

async function changeByHand() {
  await writeFile(join(dir, 'compose/base.yml'), '# by hand\n')
  const state = await readState(dir)
  await writeState(dir, { ...state, files: { ...state.files, 'compose/base.yml': '0'.repeat(64) } })
}

const later: [string, Fault][] = [
  ['load: the disk of the engine is full', { root: '/proc' }],
  ['load: an image cannot be read', { change: { image: () => Buffer.from('no layers') } }],
  [
    'load: an image is another than the one signed',
    { change: { image: (name) => zstdCompressSync(`${name} sha256:other`) } },
  ],
  [
    'drain: the services do not stop',
    { lists: ['a new migration'], spoil: once(when(/compose stop .*server/, bad('cannot kill container'))) },
  ],
  ['drain: the files cannot be kept', { fail: 'Keeping the present files' }],
  ['drain: the process is killed', { kill: 'Taking a restore point' }],
  ['restore-point: the archive takes nothing', { spoil: once(when('pgbackrest check', bad('no space left'))) }],
  ['restore-point: the database cannot be read', { spoil: once(when('pgbackrest backup', bad('checksum'))) }],
  ['migrate: it fails', { spoil: when(/compose run .* migrate$/, bad('column "gone" does not exist')) }],
  ['migrate: the process is killed', { spoil: when(/compose run .* migrate$/, () => die()) }],
  [
    'start: the database is lost with its volume',
    {
      spoil: once(
        when(/^compose stop .*worker$/, (it) => {
          if (it.calls.at(-1)!.version !== next) return undefined
          it.data = null
          it.boxes.get('postgres')!.running = false
          return { code: 0, stdout: '', stderr: '' }
        }),
      ),
    },
  ],
  ['start: the server is unhealthy', { spoil: sickServer({ health: 'unhealthy' }) }],
  ['start: the server starts again and again', { spoil: sickServer({ health: 'starting', restarts: 3 }) }],
  ['start: the process is killed', { spoil: when(/^compose up/, () => die()) }],
  ['smoke: nothing is cited', { spoil: when('command smoke', bad('the answer cites nothing')) }],
  ['commit: the manifest cannot be written', { spoil: when('command smoke', () => losesManifest()) }],
  ['commit: the process is killed', { kill: 'Recording' }],
]

async function losesManifest() {
  await rename(join(bundle, 'manifest.json'), join(bundle, 'manifest.away'))
  return { code: 0, stdout: '', stderr: '' }
}

const lists: [string, string[]][] = [
  ['the same migrations', ['001_start.sql']],
  ['a new migration', ['001_start.sql', '002_more.sql']],
]
test.each(
  later.flatMap(([name, fault]) =>
    lists
      .filter(([list]) => fault.lists?.includes(list) ?? true)
      .map(([list, migrations]) => [name, list, migrations, fault] as const),
  ),
)('%s (%s): the version before runs again with its data', async (name, _list, migrations, fault) => {
  await makeBundle(bundle, next, { ...fault.change, migrations })
  await fault.arrange?.()
  stack.root = fault.root ?? stack.root
  stack.spoil = fault.spoil ?? stack.spoil
  killAt = fault.kill ?? null
  failAt = fault.fail ?? null
  const result = await upgradeTo()
  expect(result.code).toBe(3)
  // The data is put back when the database was changed, and when it was lost; never otherwise.
  const reached = /^(migrate|start|smoke|commit)/.test(name)
  const expected = (reached && migrations.length > 1) || name.includes('lost')
  expect(restores().map(({ words }) => words.includes('--set='))).toEqual(expected ? [migrations.length > 1] : [])
  await expectOldVersion()
})

test('a good upgrade runs the new version with the data, and changes nothing twice', async () => {
  await makeBundle(bundle, next)
  expect(await upgradeTo()).toMatchObject({ code: 0 })
  expect(await readState(dir)).toMatchObject({ version: next, previous: old, journal: null })
  for (const name of services) expect(stack.boxes.get(name)).toMatchObject({ version: next })
  expect(stack.data).toMatchObject({ letters: anna })
  // The server answers until its own turn, and the proxy goes last: nothing waits for more than itself.
  const work = composed()
    .map(({ words }) => words.replace(/ --(?!no-deps)\S+( \d+)?/g, ''))
    .filter((words) => /^compose (stop|up|run migrate)/.test(words.replace(' --no-deps -T', '')))
  expect(work).toEqual([
    'compose run --no-deps -T migrate',
    'compose stop worker',
    'compose up --no-deps objectstore',
    'compose up --no-deps postgres',
    'compose up --no-deps server worker',
    'compose up --no-deps proxy',
    'compose up',
  ])
})

test.each(['upgrade', 'rollback'])(
  'both processes are killed, and %s is run: the old version is back first',
  async (again) => {
    await makeBundle(bundle, next, { migrations: lists[1]![1] })
    stack.spoil = when(/^compose up/, () => die())
    void upgradeHere(context, { bundle, overwrite: false, ignore: ignore() })
    await death
    // The process that does it again is another one.
    death = never() as unknown as Promise<void>
    if (again === 'rollback') {
      expect(await ended(rollback.run(context, { options: {}, args: [] }))).toMatchObject({ code: 0 })
      await expectOldVersion()
    } else {
      expect(await upgradeTo()).toMatchObject({ code: 0 })
      expect(stack.data).toMatchObject({ letters: anna, migrations: lists[1]![1] })
    }
    expect(restores()).toHaveLength(1)
  },
)

test('where the old version cannot be brought back a person is called, and the next run tries again', async () => {
  await makeBundle(bundle, next)
  stack.spoil = (call) =>
    call.words.includes('command smoke') || call.words.includes(' restore ') ? bad('broken') : undefined
  expect(await upgradeTo()).toMatchObject({ code: 4 })
  expect((await readState(dir)).journal).not.toBeNull()
  stack.spoil = () => undefined
  expect(await upgradeTo()).toMatchObject({ code: 0 })
})

test('what Ben wrote since a failed upgrade stays when the next one fails before it kept anything', async () => {
  await makeBundle(bundle, next, { migrations: lists[1]![1] })
  stack.spoil = when(/compose run .* migrate$/, bad('column "gone" does not exist'))
  expect(await upgradeTo()).toMatchObject({ code: 3, withData: true })
  stack.data!.letters = [...anna, 'Ben answers Anna']
  stack.spoil = () => undefined
  failAt = 'Keeping the present files'
  expect(await upgradeTo()).toMatchObject({ code: 3 })
  expect(stack.data?.letters).toEqual([...anna, 'Ben answers Anna'])
})
