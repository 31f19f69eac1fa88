/** Files from elsewhere: into a temporary name, resumed where they stopped, checked, and only then given their own name. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { pipeline } from 'node:stream/promises'

export type Pinned = { bytes?: number; sha256: string }

/** Hexadecimal SHA-256 of a file, read as a stream. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** True where the file is there and is exactly the pinned one. */
export async function isPinned(path: string, pinned: Pinned): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || (pinned.bytes !== undefined && found.size !== pinned.bytes)) return false
  return (await sha256Of(path)) === pinned.sha256
}

export type DownloadOptions = Pinned & {
  signal?: AbortSignal
  /** Bytes of this file so far, including what an earlier try left. */
  onBytes?: (bytes: number) => void
  /** Longest wait for the first answer and between two pieces. Milliseconds. */
  patience?: number
}

/**
 * Brings `url` to `path`. What a broken try left in `<path>.part` is continued where the server allows ranges and begun
 * again where it does not; a finished file with the wrong checksum is thrown away. Throws an Error that says which.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<void> {
  if (await isPinned(path, options)) return
  const part = `${path}.part`
  await mkdir(dirname(path), { recursive: true })
  let have = (await stat(part).catch(() => undefined))?.size ?? 0
  if (options.bytes !== undefined && have > options.bytes) have = 0
  if (options.bytes === undefined || have < options.bytes) await fetchInto(url, part, have, options)
  if (!(await isPinned(part, options))) {
    await rm(part, { force: true })
    throw new Error(`${url} is not the expected file: its checksum differs`)
  }
  await rename(part, path)
}

async function fetchInto(url: string, part: string, have: number, options: DownloadOptions): Promise<void> {
  const patience = options.patience ?? 15_000
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(new Error(`${url} does not answer`)), patience)
  const signal = options.signal ? AbortSignal.any([options.signal, stalled.signal]) : stalled.signal
  try {
    const response = await fetch(url, { signal, headers: have > 0 ? { range: `bytes=${have}-` } : {} })
    if (response.status === 416) {
      await rm(part, { force: true })
      throw new Error(`${url} cannot be continued; it is begun again next time`)
    }
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`)
    const continues = response.status === 206
    let bytes = continues ? have : 0
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
    body.on('data', (piece: Buffer) => {
      clearTimeout(timer)
      timer = setTimeout(() => stalled.abort(new Error(`${url} stopped sending`)), patience)
      bytes += piece.length
      options.onBytes?.(bytes)
      if (options.bytes !== undefined && bytes > options.bytes)
        stalled.abort(new Error(`${url} is longer than expected`))
    })
    await pipeline(body, createWriteStream(part, { flags: continues ? 'a' : 'w' }), { signal })
  } catch (error) {
    if (stalled.signal.aborted) throw stalled.signal.reason
    throw error instanceof Error && error.cause instanceof Error ? new Error(`${url}: ${error.cause.message}`) : error
  } finally {
    clearTimeout(timer)
  }
}
