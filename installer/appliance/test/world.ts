/** Where the end-to-end run happens: its folders, its project, and the command line as an administrator calls it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runProcess, type RunResult } from '../engine.ts'

export const project = 'innosynth-e2e'
export const hostname = 'innosynth.test'
/** Far from any real version, so that a run never touches the images of an installation on the same engine. */
export const versions = { first: '90.0.1', next: '90.0.2' } as const
export const imageNames = ['app', 'proxy', 'postgres', 'objectstore'] as const

export type World = {
  root: string
  work: string
  dir: string
  backups: string
  models: string
  bundles: string
  answers: string
  keys: { private: string; public: string }
  port: number
}

/** `kept`: the folder of an earlier run with --keep, whose bundles are used again. */
export async function makeWorld(root: string, kept?: string): Promise<World> {
  // Not below /tmp where that is memory: a bundle has 750 MB.
  const work = kept ?? (await mkdtemp('/var/tmp/innosynth-e2e-'))
  const [https, http] = [await freePort(), await freePort()]
  const at = (name: string) => join(work, name)
  const world: World = {
    root,
    work,
    dir: at('deploy'),
    backups: at('backups'),
    models: at('models'),
    bundles: at('bundles'),
    answers: at('answers.yaml'),
    keys: { private: at('keys/bundle-key.pem'), public: at('keys/bundle-key.pub') },
    port: https,
  }
  for (const folder of [world.bundles, world.models]) await mkdir(folder, { recursive: true })
  await writeFile(
    world.answers,
    [
      `hostname: ${hostname}`,
      `project: ${project}`,
      `listen: { address: 127.0.0.1, https: ${https}, http: ${http} }`,
      `backup: { dir: ${world.backups} }`,
      `models: { dir: ${world.models} }`,
      '',
    ].join('\n'),
  )
  return world
}

export const bundleOf = (world: World, version: string, arch = process.arch === 'x64' ? 'amd64' : process.arch) =>
  join(world.bundles, `innosynth-${version}-${arch}.bundle`)

export type Called = RunResult & { data: Record<string, unknown>; seconds: number }

/** `innosynth ARGS --dir … --json` of a bundle or the checkout, with the engine and a plain system in PATH and nothing else. */
export async function innosynth(world: World, from: string, args: string[]): Promise<Called> {
  const started = performance.now()
  const result = await runProcess(join(from, 'installer/innosynth'), [...args, '--dir', world.dir, '--json'], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' },
    timeout: 900_000,
    onLine: (line) => void (line.startsWith('{') || process.stderr.write(`    ${line}\n`)),
  })
  const line = result.stdout.trim().split('\n').at(-1) ?? ''
  const data = line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : {}
  return { ...result, data, seconds: Math.round((performance.now() - started) / 100) / 10 }
}

export const docker = (args: string[], options = {}) => runProcess('docker', args, options)
export const compose = (world: World, args: string[]) =>
  docker(['compose', '--project-directory', world.dir, '--file', join(world.dir, 'docker-compose.yml'), ...args])

/** Everything this run may have left, whatever happened. */
export async function clearWorld(world: World): Promise<void> {
  const ours = `label=com.docker.compose.project=${project}`
  const lines = async (args: string[]) => (await docker(args)).stdout.split('\n').filter(Boolean)
  for (const id of await lines(['ps', '-aq', '--filter', ours])) await docker(['rm', '-fv', id])
  for (const id of await lines(['volume', 'ls', '-q', '--filter', ours])) await docker(['volume', 'rm', '-f', id])
  for (const id of await lines(['network', 'ls', '-q', '--filter', ours])) await docker(['network', 'rm', id])
  await removeImages()
  await rm(world.work, { recursive: true, force: true })
}

/** Images of the run's versions; `keep`: tags of the builds, for the variants. */
export async function removeImages(): Promise<void> {
  const { stdout } = await docker([
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    '--filter',
    'reference=innosynth/*:90.0.*',
  ])
  for (const name of stdout.split('\n').filter(Boolean)) await docker(['image', 'rm', '-f', name])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
