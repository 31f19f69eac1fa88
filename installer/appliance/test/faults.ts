/** Faults in every phase of an upgrade; after each the old version answers with its data, by itself. `--full` runs them. */
import { chmod, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '../engine.ts'
import { brokenServer, failingMigration, halfMigration, idleWorker, slowMigration, unhealthyServer } from './broken.ts'
import { runsAs, type Installed } from './journey.ts'
import { expect, type Report } from './report.ts'
import { makeVariant, rewrite, type Change } from './variants.ts'
import { bundleOf, docker, innosynth, project, versions, type Called, type World } from './world.ts'

type Fault = {
  phase: string
  name: string
  change?: Omit<Change, 'name'>
  args?: string[]
  before?: (world: World) => Promise<unknown>
  /** While the upgrade runs. */
  during?: (world: World) => Promise<unknown>
  after?: (world: World) => Promise<unknown>
  /** Exit code, and a word that must be said. */
  ends: [number, string]
}

const later = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000))
const composeFile = (world: World) => join(world.dir, 'compose/base.yml')
const repository = (world: World) => join(world.backups, 'postgres')

const all: Fault[] = [
  {
    phase: 'verify',
    name: 'another signer',
    ends: [2, 'signature'],
    change: {
      after: (folder) => rewrite(join(folder, 'manifest.sig'), (sig) => (sig.writeUInt8(sig[0]! ^ 1, 0), sig)),
    },
  },
  {
    phase: 'verify',
    name: 'a file cut short',
    ends: [2, 'truncated'],
    change: {
      after: async (folder) => {
        const file = join(folder, 'images/app.tar.zst')
        await rewrite(file, (bytes) => bytes)
        await truncate(file, 1000)
      },
    },
  },
  {
    phase: 'verify',
    name: 'another architecture',
    ends: [2, 'architecture'],
    change: { facts: (facts) => ({ ...facts, arch: 'arm64' }) },
  },
  {
    phase: 'verify',
    name: 'an older version replayed',
    ends: [2, 'replayed'],
    change: { facts: (facts) => ({ ...facts, version: '89.0.0' }) },
  },
  {
    phase: 'path',
    name: 'a version is skipped',
    ends: [2, 'path'],
    change: { facts: (facts) => ({ ...facts, version: '95.0.0', minFromVersion: '94.0.0' }) },
  },
  {
    phase: 'path',
    name: 'a file changed by hand',
    ends: [2, 'drift'],
    before: async (world) => writeFile(composeFile(world), `${await readFile(composeFile(world), 'utf8')}# by hand\n`),
    after: async (world) =>
      writeFile(composeFile(world), (await readFile(composeFile(world), 'utf8')).replace('# by hand\n', '')),
  },
  { phase: 'preflight', name: 'killed after preflight', ends: [3, 'killed'], args: ['--fault', 'preflight:end'] },
  {
    phase: 'load',
    name: 'an image that is not the one signed',
    ends: [3, 'image'],
    change: {
      files: { 'swapped.txt': 'another image' },
      facts: (facts) => ({
        ...facts,
        images: facts.images.map((image) => ({ ...image, ids: [`sha256:${'0'.repeat(64)}`] })),
      }),
    },
  },
  {
    phase: 'load',
    name: 'an image that the engine cannot read',
    ends: [3, 'engine'],
    change: {
      before: (folder) => rewrite(join(folder, 'images/objectstore.tar.zst'), (bytes) => bytes.subarray(0, 100_000)),
    },
  },
  { phase: 'drain', name: 'killed while draining', ends: [3, 'killed'], args: ['--fault', 'drain:end'] },
  {
    phase: 'restore-point',
    name: 'the backup folder is away',
    ends: [3, ''],
    before: (world) => rename(repository(world), `${repository(world)}.away`),
    after: (world) => rename(`${repository(world)}.away`, repository(world)).catch(() => {}),
  },
  { phase: 'migrate', name: 'a migration fails', ends: [3, 'migrate'], change: { files: failingMigration } },
  {
    phase: 'migrate',
    name: 'a migration fails half way and has deleted rows',
    ends: [3, 'migrate'],
    change: {
      files: halfMigration('truncate documents cascade'),
      facts: (facts) => ({ ...facts, migrations: [...facts.migrations, '9999_half.sql'] }),
    },
  },
  {
    phase: 'migrate',
    name: 'the database is killed meanwhile',
    ends: [3, ''],
    change: { files: slowMigration },
    during: (world) => whenPhase(world, 'migrate', () => docker(['kill', `${project}-postgres-1`])),
  },
  {
    phase: 'migrate',
    name: 'the database and its volume are lost meanwhile',
    ends: [3, ''],
    change: { files: slowMigration },
    during: (world) =>
      whenPhase(world, 'migrate', async () => {
        await docker(['rm', '-f', `${project}-postgres-1`])
        await docker(['ps', '-aq'])
        await dropVolume()
      }),
  },
  { phase: 'start', name: 'the server ends at once', ends: [3, 'start'], change: { files: brokenServer } },
  { phase: 'start', name: 'the server never becomes healthy', ends: [3, 'start'], change: { files: unhealthyServer } },
  {
    phase: 'start',
    name: 'killed while the services are exchanged',
    ends: [3, 'killed'],
    during: (world) =>
      whenPhase(world, 'start', async () => {
        await later(3)
        await killWorker()
      }),
  },
  { phase: 'smoke', name: 'healthy, and nothing is read', ends: [3, 'smoke'], change: { files: idleWorker } },
  {
    phase: 'commit',
    name: 'killed before the version is recorded',
    ends: [3, 'killed'],
    args: ['--fault', 'commit:begin'],
  },
]

export async function faults(world: World, report: Report, installed: Installed): Promise<void> {
  const only = process.argv.find((one) => one.startsWith('--only='))?.slice('--only='.length)
  for (const fault of all.filter(({ phase, name }) => !only || `${phase}: ${name}`.includes(only)))
    await report.step(`${fault.phase}: ${fault.name}`, () => inject(world, installed, fault), false)
}

async function inject(world: World, { person, answer, from }: Installed, fault: Fault): Promise<void> {
  const bundle = fault.change
    ? await makeVariant(world, { name: 'fault', ...fault.change })
    : bundleOf(world, versions.next)
  await fault.before?.(world)
  let result: Called
  try {
    const meanwhile = fault.during?.(world)
    result = await innosynth(world, from, ['upgrade', bundle, '--key', world.keys.public, ...(fault.args ?? [])])
    await meanwhile
  } finally {
    await fault.after?.(world)
  }
  const [code, word] = fault.ends
  expect(result.code === code && result.stdout.includes(word), `exit ${result.code}: ${result.stdout.slice(-600)}`)
  await runsAs(world, versions.first)
  await person.signIn()
  expect((await person.ask()) === answer, 'the answer is another one')
}

/** Waits until the journal shows a phase, then does it. */
async function whenPhase(world: World, phase: string, act: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const source = await readFile(join(world.dir, 'state.json'), 'utf8').catch(() => '{}')
    const { journal } = JSON.parse(source) as { journal?: { phases: { name: string }[] } | null }
    if (journal?.phases.some(({ name }) => name === phase)) break
    await later(0.2)
  }
  await later(2)
  await act()
}

const dropVolume = async () => {
  // A one-off container may still hold it.
  const { stdout } = await docker(['ps', '-aq', '--filter', `volume=${project}_postgres`])
  for (const id of stdout.split('\n').filter(Boolean)) await docker(['rm', '-f', id])
  await docker(['volume', 'rm', '-f', `${project}_postgres`])
}

/** The process that does the upgrade, not the one that watches it. */
async function killWorker(): Promise<void> {
  const { stdout } = await runProcess('pgrep', ['-f', 'upgrade .*--worker .*innosynth-e2e'])
  for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL')
}

export const unreadable = (path: string) => chmod(path, 0)
