/** Brings a verified bundle's images into the engine and asserts that they are the ones the manifest names. */
import { createReadStream } from 'node:fs'
import { lstat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import { BundleRefused, type BundledImage, type Manifest } from './bundle-manifest.ts'
import { lastWords } from './engine.ts'
import { Stop, type Context } from './verb.ts'

/** Unpacked layers take about this much of the compressed size, and an engine unpacks beside what it has. */
const unpackedPerByte = 4

/**
 * Loads what the engine does not have yet. Throws BundleRefused `disk` before anything is loaded, `image` where what was
 * loaded is not what was signed; such an image is removed again.
 * @returns references of the images that were new here
 */
export async function loadImages(context: Context, folder: string, manifest: Manifest): Promise<string[]> {
  const wanted: BundledImage[] = []
  for (const image of manifest.images) if (!image.ids.includes(await idOf(context, image.reference))) wanted.push(image)
  await checkDisk(context, folder, wanted)
  for (const image of wanted) {
    const loaded = await context.progress(`Loading ${image.reference}`, () =>
      context.run('docker', ['load'], { input: unpacked(join(folder, image.file)) }),
    )
    if (loaded.code !== 0) throw new Stop('engine', `${image.reference} cannot be loaded: ${lastWords(loaded)}`, '', 4)
    const id = await idOf(context, image.reference)
    if (!image.ids.includes(id)) {
      await context.run('docker', ['image', 'rm', image.reference])
      throw new BundleRefused(
        'image',
        `${image.file} holds ${id || 'another image'}, not the ${image.reference} that was signed.`,
      )
    }
  }
  return wanted.map(({ reference }) => reference)
}

/** Unpacked here: not every engine reads zstd. */
function unpacked(file: string): Readable {
  const tar = createZstdDecompress()
  createReadStream(file, { highWaterMark: 1 << 20 })
    .on('error', (error) => tar.destroy(error))
    .pipe(tar)
  return tar
}

/** Empty where the engine has no such image. */
async function idOf({ run }: Context, reference: string): Promise<string> {
  const { code, stdout } = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', reference])
  return code === 0 ? stdout.trim() : ''
}

async function checkDisk({ run }: Context, folder: string, images: BundledImage[]) {
  const sizes = await Promise.all(images.map(({ file }) => lstat(join(folder, file)).then(({ size }) => size)))
  const needed = sizes.reduce((sum, size) => sum + size, 0) * unpackedPerByte
  const { stdout } = await run('docker', ['info', '--format', '{{.DockerRootDir}}'])
  const room = await statfs(stdout.trim()).catch(() => undefined)
  const free = room ? room.bavail * room.bsize : Infinity
  if (free < needed)
    throw new BundleRefused(
      'disk',
      `The engine's disk (${stdout.trim()}) has ${gibibytes(free)} free and the images need ${gibibytes(needed)}. Make room or move the engine's data.`,
    )
}

const gibibytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`
