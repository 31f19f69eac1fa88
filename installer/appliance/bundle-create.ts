/** Makes the folder that is carried to a host without a network. Needs the source and an engine; the host needs neither. */
import type { KeyObject } from 'node:crypto'
import { createPublicKey } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { saveImage } from './bundle-images.ts'
import { collectLicences } from './bundle-licences.ts'
import { hostArch, type BundledImage, type Manifest } from './bundle-manifest.ts'
import { sealBundle } from './bundle-seal.ts'
import { lastWords } from './engine.ts'
import { billOf } from './sbom.ts'
import { Stop, type Context } from './verb.ts'

/** Images a bundle carries unless others are named: what the stack needs without its optional profiles. */
export const usualImages = ['app', 'proxy', 'postgres', 'objectstore'] as const

export type CreateOptions = {
  version: string
  /** Prefix of the images' names: `innosynth`. */
  prefix: string
  minFromVersion: string
  /** Folder in which `innosynth-<version>-<arch>.bundle` is made. */
  out: string
  key: KeyObject
  images: readonly string[]
  /** Folders of models; each is carried under its own name. */
  models: readonly string[]
  /** Build the images first. */
  build: boolean
}

/** Gives the bundle's folder and its manifest. A bundle of the same name is replaced once the new one is whole. */
export async function createBundle(
  context: Context,
  options: CreateOptions,
): Promise<{ folder: string; manifest: Manifest }> {
  const { source, run, progress } = context
  const arch = hostArch()
  const { revision, created } = await revisionOf(context)
  const folder = join(options.out, `innosynth-${options.version}-${arch}.bundle`)
  const making = `${folder}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  const images: BundledImage[] = []
  const bills: object[] = []
  for (const name of options.images) {
    const reference = `${options.prefix}/${name}:${options.version}`
    if (options.build)
      await progress(`Building ${reference}`, () => buildImage(context, name, reference, options.version, revision))
    const file = `images/${name}.tar.zst`
    await mkdir(join(making, 'images'), { recursive: true })
    const ids = await progress(`Saving ${reference}`, () => saveImage(run, reference, join(making, file)))
    images.push({ reference, file, ids })
    const bill = await progress(`Listing what is in ${reference}`, () => billOf(run, reference, created))
    bills.push(bill)
    await mkdir(join(making, 'sbom'), { recursive: true })
    await writeFile(join(making, 'sbom', `${name}.cdx.json`), `${JSON.stringify(bill, null, 1)}\n`)
  }
  await copyStack(source, making, options.version)
  await copyModels(options.models, making)
  await progress('Collecting licences', () => collectLicences(context, making, bills, options.images))
  await writeFile(
    join(making, 'installer/appliance/release-key.pub'),
    createPublicKey(options.key).export({ type: 'spki', format: 'pem' }),
  )
  const facts = {
    format: 1 as const,
    product: 'innosynth' as const,
    version: options.version,
    minFromVersion: options.minFromVersion,
    arch,
    revision,
    created,
    migrations: await migrationsIn(source),
    images,
  }
  const manifest = await progress('Computing checksums', () => sealBundle(making, facts, options.key))
  await rm(folder, { recursive: true, force: true })
  await rename(making, folder)
  return { folder, manifest }
}

async function buildImage(
  { source, run }: Context,
  name: string,
  reference: string,
  version: string,
  revision: string,
) {
  const args = ['build', '--file', join(source, 'compose', name, 'Dockerfile'), '--tag', reference]
  const values = ['--build-arg', `VERSION=${version}`, '--build-arg', `REVISION=${revision}`]
  const labels = ['--label', `org.opencontainers.image.version=${version}`]
  const result = await run('docker', [...args, ...values, ...labels, source])
  if (result.code !== 0) throw new Stop('build', `${reference} cannot be built: ${lastWords(result, 8)}`, '', 4)
}

/** The revision and its time, so that the same source gives the same manifest. Outside a repository: unknown, and now. */
async function revisionOf({ run, source, now }: Context) {
  const { code, stdout } = await run('git', ['-C', source, 'log', '-1', '--format=%H %cI'])
  const [revision, time] = stdout.trim().split(' ')
  if (code !== 0 || !revision || !time) return { revision: 'unknown', created: now().toISOString() }
  return { revision, created: new Date(time).toISOString() }
}

/** Names of the migrations, in order. */
export async function migrationsIn(source: string): Promise<string[]> {
  const names = await readdir(join(source, 'server/src/db/migrations')).catch(() => [])
  return names.filter((name) => name.endsWith('.sql')).sort()
}

/** What the installer reads, at the paths it has in the source; Node itself, so that the host needs the engine alone. */
async function copyStack(source: string, making: string, version: string) {
  const copy = (path: string) => cp(join(source, path), join(making, path), { recursive: true, filter: isShipped })
  for (const path of [
    'docker-compose.yml',
    'compose',
    'installer/innosynth',
    'installer/appliance',
    'installer/helm',
    'docs/admin',
  ])
    if (await stat(join(source, path)).catch(() => undefined)) await copy(path)
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Record<string, unknown>
  const { name, description, license, type } = manifest
  await writeFile(
    join(making, 'package.json'),
    `${JSON.stringify({ name, version, private: true, description, license, type }, null, 2)}\n`,
  )
  await cp(join(source, 'node_modules/yaml'), join(making, 'node_modules/yaml'), { recursive: true, filter: isShipped })
  await mkdir(join(making, 'runtime'), { recursive: true })
  await cp(process.execPath, join(making, 'runtime/node'))
  await chmod(join(making, 'runtime/node'), 0o755)
}

const isShipped = (path: string) =>
  !/\.test\.(ts|mjs)$|\.int\.test\.ts$|\/appliance\/test(\/|$)|release-key\.pub$/.test(path) &&
  !/\/yaml\/browser(\/|$)/.test(path)

async function copyModels(folders: readonly string[], making: string) {
  for (const folder of folders)
    await cp(folder, join(making, 'models', basename(folder)), { recursive: true, dereference: true })
}
