/** Images as files: saved by the engine, compressed here, and the names by which any engine may call them afterwards. */
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import type { Run } from './engine.ts'

// One thread: with several, Node 24's stream ends before its last piece.
const level = 4
const tarBlock = 512

/**
 * Saves one image as `file` (tar, zstd) and gives its ids: engines with the older store call an image by the digest of its
 * configuration, those with containerd's by the digest of its manifest.
 */
export async function saveImage(run: Run, reference: string, file: string): Promise<string[]> {
  const inspected = await run('docker', ['image', 'inspect', '--format', '{{.Id}}', reference])
  if (inspected.code !== 0) throw new Error(`The image ${reference} is not there. Build it first.`)
  const tar = `${file}.tmp`
  try {
    const saved = await run('docker', ['save', '--output', tar, reference])
    if (saved.code !== 0) throw new Error(`${reference} cannot be saved: ${saved.stderr.trim()}`)
    const ids = new Set([inspected.stdout.trim(), ...(await idsInArchive(tar))])
    await pipeline(
      createReadStream(tar, { highWaterMark: 1 << 20 }),
      createZstdCompress({
        params: {
          [constants.ZSTD_c_compressionLevel]: level,
          [constants.ZSTD_c_checksumFlag]: 1,
        },
      }),
      createWriteStream(file),
    )
    return [...ids]
  } finally {
    await rm(tar, { force: true })
  }
}

/** Digests of configuration and manifest, from the two lists in an archive that `docker save` wrote. */
export async function idsInArchive(tar: string): Promise<string[]> {
  const handle = await open(tar)
  try {
    const lists = await readEntries(handle, ['manifest.json', 'index.json'])
    const ids: string[] = []
    for (const { Config } of (lists.get('manifest.json') ?? []) as { Config?: string }[]) {
      const hex = /([0-9a-f]{64})/.exec(Config ?? '')?.[1]
      if (hex) ids.push(`sha256:${hex}`)
    }
    const index = lists.get('index.json') as { manifests?: { digest?: string }[] } | undefined
    for (const { digest } of index?.manifests ?? []) if (digest) ids.push(digest)
    return ids
  } finally {
    await handle.close()
  }
}

async function readEntries(handle: FileHandle, names: string[]): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  const header = Buffer.alloc(tarBlock)
  for (let at = 0; found.size < names.length;) {
    const { bytesRead } = await handle.read(header, 0, tarBlock, at)
    if (bytesRead < tarBlock || header[0] === 0) break
    const name = header.toString('latin1', 0, 100).replace(/\0.*$/, '')
    const size = parseInt(header.toString('latin1', 124, 136), 8)
    if (names.includes(name)) {
      const content = Buffer.alloc(size)
      await handle.read(content, 0, size, at + tarBlock)
      found.set(name, JSON.parse(content.toString('utf8')))
    }
    at += tarBlock + Math.ceil(size / tarBlock) * tarBlock
  }
  return found
}
