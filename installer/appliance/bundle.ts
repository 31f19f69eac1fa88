/** innosynth bundle create|verify|load|keys */
import type { KeyObject } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createBundle, usualImages } from './bundle-create.ts'
import { loadImages } from './bundle-load.ts'
import { hostArch, manifestFile, type Manifest } from './bundle-manifest.ts'
import { fingerprint, newKeys, readPrivateKey, readPublicKey, releaseKeyFile } from './bundle-signature.ts'
import { verifyBundle } from './bundle-verify.ts'
import { parseConfiguration } from './config.ts'
import { configurationFile } from './deployment.ts'
import { lastWords } from './engine.ts'
import { readState, writeWhole } from './state.ts'
import { flag, list, Stop, text, type Context, type Given, type Outcome, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'bundle',
  summary: 'make, check and load the offline bundle',
  usage: 'create|verify|load|keys [FOLDER]',
  details: [
    'create  makes innosynth-<version>-<arch>.bundle from this source and signs it (--key: Ed25519 private key, PEM)',
    'verify  checks signature, version, architecture and every byte; needs no network (--key: public key, PEM)',
    'load    verifies, then brings the images into the engine',
    'keys    makes a new pair of keys in --out',
  ].join('\n'),
  options: {
    key: {
      type: 'string',
      value: 'FILE',
      summary: 'create: private key; verify, load: public key (default: the pinned or shipped one)',
    },
    out: { type: 'string', value: 'DIR', summary: 'create, keys: where to write (default: here)' },
    version: { type: 'string', value: 'X.Y.Z', summary: 'create: version of the bundle (default: package.json)' },
    'min-from': { type: 'string', value: 'X.Y.Z', summary: 'create: oldest version it upgrades (default 0.1.0)' },
    image: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: `create: images to carry (default ${usualImages.join(', ')})`,
    },
    prefix: { type: 'string', value: 'NAME', summary: 'create: prefix of image names (default innosynth)' },
    model: { type: 'string', value: 'DIR', multiple: true, summary: 'create: folder of a model to carry' },
    'models-dir': {
      type: 'string',
      value: 'DIR',
      summary: 'load: where models go (default: models.dir of the installation or answers)',
    },
    build: { type: 'boolean', summary: 'create: build the images first' },
    tar: { type: 'boolean', summary: 'create: also write the folder as one tar' },
    'dry-run': { type: 'boolean', summary: 'create, load: say what would be done' },
  },
  async run(context, given) {
    const [action, folder] = given.args
    if (action === 'create') return create(context, given)
    if (action === 'keys') return keys(given)
    if (action !== 'verify' && action !== 'load')
      throw new Stop('usage', 'Say create, verify, load or keys.', 'See `innosynth bundle --help`.')
    return check(context, given, action, resolve(folder ?? context.source))
  },
}

async function create(context: Context, given: Given): Promise<Outcome> {
  const keyFile = text(given, 'key')
  if (!keyFile)
    throw new Stop('usage', 'A bundle is signed: give --key.', 'Make a pair with `innosynth bundle keys --out DIR`.')
  const own = JSON.parse(await readFile(join(context.source, 'package.json'), 'utf8')) as { version: string }
  const named = list(given, 'image')
  const options = {
    version: text(given, 'version') ?? own.version,
    prefix: text(given, 'prefix') ?? 'innosynth',
    minFromVersion: text(given, 'min-from') ?? '0.1.0',
    out: resolve(text(given, 'out') ?? '.'),
    key: await readPrivateKey(resolve(keyFile)),
    images: named.length > 0 ? named : usualImages,
    models: list(given, 'model').map((path) => resolve(path)),
    build: flag(given, 'build'),
  }
  const plan = `${options.version} with ${options.images.join(', ')}, ${options.models.length} models, signed by ${fingerprint(options.key)}`
  if (flag(given, 'dry-run')) return { code: 0, text: `Would make ${plan}.`, data: { plan } }
  const { folder, manifest } = await createBundle(context, options)
  const size = sizeOf(manifest)
  if (flag(given, 'tar')) await pack(context, folder)
  return { code: 0, text: `${folder}\n${megabytes(size)}, ${plan}.`, data: { folder, size, version: manifest.version } }
}

async function pack({ run }: Context, folder: string) {
  const parent = resolve(folder, '..')
  const packed = await run('tar', [
    '--create',
    '--file',
    `${folder}.tar`,
    '--directory',
    parent,
    folder.slice(parent.length + 1),
  ])
  if (packed.code !== 0) throw new Stop('disk', `The tar cannot be written: ${lastWords(packed)}`, '', 4)
}

async function check(context: Context, given: Given, action: 'verify' | 'load', folder: string): Promise<Outcome> {
  const started = performance.now()
  const key = await readPublicKey(await trustedKey(context.dir, text(given, 'key')))
  const { version: installed } = await readState(context.dir)
  const manifest = await context.progress('Reading the bundle', () =>
    verifyBundle(folder, { key, arch: hostArch(), installed: installed ?? undefined }),
  )
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1))
  const facts = {
    folder,
    version: manifest.version,
    arch: manifest.arch,
    size: sizeOf(manifest),
    files: manifest.files.length,
    seconds,
    key: fingerprint(key),
  }
  const whole = `${manifest.version} for ${manifest.arch}: ${facts.files} files, ${megabytes(facts.size)}, whole and signed by ${facts.key} (${seconds} s).`
  if (action === 'verify' || flag(given, 'dry-run')) return { code: 0, text: whole, data: facts }
  const loaded = await loadImages(context, folder, manifest)
  if (installed === null) await rememberSigner(context.dir, folder, key)
  const models = await context.progress('Copying models', async () =>
    copyModels(join(folder, 'models'), await modelsDir(context.dir, text(given, 'models-dir'))),
  )
  const done = loaded.length > 0 ? `Loaded ${loaded.join(', ')}.` : 'All images were here already.'
  return { code: 0, text: `${whole}\n${done}`, data: { ...facts, loaded, models } }
}

/** Before the first install: which bundle it will be, and whose bundles are taken from then on. */
async function rememberSigner(dir: string, folder: string, key: KeyObject) {
  await writeWhole(join(dir, manifestFile), await readFile(join(folder, manifestFile)), 0o644)
  await writeWhole(join(dir, pinnedKeyFile), key.export({ type: 'spki', format: 'pem' }), 0o644)
}

async function modelsDir(dir: string, given: string | undefined): Promise<string> {
  if (given) return resolve(given)
  const source = await readFile(join(dir, configurationFile), 'utf8').catch(() => '')
  return String(parseConfiguration(source).effective['models.dir'])
}

/** Names of the models that were not there yet. Each appears whole. */
async function copyModels(from: string, to: string): Promise<string[]> {
  const copied: string[] = []
  for (const name of await readdir(from).catch(() => [] as string[])) {
    if (await stat(join(to, name)).catch(() => undefined)) continue
    await mkdir(to, { recursive: true, mode: 0o755 })
    await rm(join(to, `.${name}.making`), { recursive: true, force: true })
    await cp(join(from, name), join(to, `.${name}.making`), { recursive: true })
    await rename(join(to, `.${name}.making`), join(to, name))
    copied.push(name)
  }
  return copied
}

/** The key whose bundles are taken: as given, else the one pinned at the installation, else the one shipped with this command. */
export async function trustedKey(dir: string, given: string | undefined): Promise<string | URL> {
  if (given) return resolve(given)
  const pinned = join(dir, pinnedKeyFile)
  return (await stat(pinned).catch(() => undefined)) ? pinned : releaseKeyFile
}
export const pinnedKeyFile = 'bundle-key.pub'

async function keys(given: Given): Promise<Outcome> {
  const folder = resolve(text(given, 'out') ?? '.')
  await mkdir(folder, { recursive: true })
  const made = newKeys()
  const [privateFile, publicFile] = [join(folder, 'bundle-key.pem'), join(folder, 'bundle-key.pub')]
  await writeFile(privateFile, made.privateKey, { mode: 0o600, flag: 'wx' })
  await writeFile(publicFile, made.publicKey, { flag: 'wx' })
  return { code: 0, text: `${privateFile} (keep it secret)\n${publicFile}`, data: { privateFile, publicFile } }
}

const sizeOf = (manifest: Manifest) => manifest.files.reduce((sum, { size }) => sum + size, 0)
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
