/** Bundles that are signed and wrong: made from a good one by exchanging the application's image or the list. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveImage } from '../bundle-images.ts'
import type { Manifest } from '../bundle-manifest.ts'
import { sealBundle } from '../bundle-seal.ts'
import { readPrivateKey } from '../bundle-signature.ts'
import { runProcess } from '../engine.ts'
import { bundleOf, docker, versions, type World } from './world.ts'

/** Tag under which the good image stays while variants take its name. */
export const baseTag = 'innosynth/app:90.0.2-good'

export type Change = {
  name: string
  /** Files of the application's image, by path below /app. */
  files?: Record<string, string>
  /** What the signed list says otherwise. */
  facts?: (facts: Omit<Manifest, 'files'>) => Omit<Manifest, 'files'>
  /** Work on the folder before it is sealed, or after. */
  before?: (folder: string) => Promise<unknown>
  after?: (folder: string) => Promise<unknown>
}

/** Gives the folder. Unchanged files are links to those of the good bundle. */
export async function makeVariant(world: World, change: Change): Promise<string> {
  const good = bundleOf(world, versions.next)
  const folder = join(world.work, 'variants', change.name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(world.work, 'variants'), { recursive: true })
  await runProcess('cp', ['--archive', '--link', good, folder])
  const { files: _files, ...facts } = JSON.parse(await readFile(join(good, 'manifest.json'), 'utf8')) as Manifest
  if (change.files) {
    const reference = `innosynth/app:${versions.next}`
    await buildApp(reference, change.files)
    await rm(join(folder, 'images/app.tar.zst'))
    const ids = await saveImage(runProcess, reference, join(folder, 'images/app.tar.zst'))
    facts.images = facts.images.map((image) => (image.reference === reference ? { ...image, ids } : image))
    await docker(['image', 'rm', reference])
  }
  await change.before?.(folder)
  await sealBundle(folder, change.facts?.(facts) ?? facts, await readPrivateKey(world.keys.private))
  await change.after?.(folder)
  return folder
}

/** Replaces a linked file by one of its own, changed. */
export async function rewrite(file: string, change: (content: Buffer) => Buffer): Promise<void> {
  const content = change(await readFile(file))
  await rm(file)
  await writeFile(file, content)
}

async function buildApp(reference: string, files: Record<string, string>) {
  const context = await mkdtemp(join(tmpdir(), 'innosynth-variant-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(context, 'app', path, '..'), { recursive: true })
      await writeFile(join(context, 'app', path), content)
    }
    await writeFile(join(context, 'Dockerfile'), `FROM ${baseTag}\nCOPY app /app\n`)
    const built = await docker(['build', '--quiet', '--tag', reference, context])
    if (built.code !== 0) throw new Error(built.stderr)
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

export const copyOf = (from: string, to: string) => cp(from, to, { recursive: true })
