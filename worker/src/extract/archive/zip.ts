/**
 * Reads ZIP files from memory, with the limits that keep a bomb from going off: the declared sizes and ratios are
 * checked before anything is unpacked, each member may not grow beyond what it declared, and all members together
 * may not grow beyond the limit of the whole extraction.
 */
import { inflateRawSync } from 'node:zlib'
import { ExtractionError } from '../shapes.ts'
import { damaged, tooLargeUnpacked } from '../reading.ts'
import type { Reading } from '../reading.ts'

export type ZipEntry = {
  name: string
  size: number
  packed: number
  method: number
  encrypted: boolean
  offset: number
}

/** A real office file rarely packs better than 60 to 1; a bomb is near 1,000 to 1. Small members may be anything. */
const mostRatio = 300
const ratioCountsFrom = 32 * 2 ** 20
const mostEntries = 200_000

export class Zip {
  readonly entries: Map<string, ZipEntry>
  readonly #bytes: Uint8Array
  readonly #reading: Reading

  /** Throws 'damaged' without a readable directory and 'too_large_unpacked' for a bomb. `what` names the kind of file to people. */
  constructor(bytes: Uint8Array, reading: Reading, what: string) {
    this.#bytes = bytes
    this.#reading = reading
    this.entries = readDirectory(bytes, what)
    let size = 0
    let packed = 0
    for (const entry of this.entries.values()) {
      size += entry.size
      packed += entry.packed
      if (entry.size > ratioCountsFrom && entry.size > entry.packed * mostRatio)
        throw tooLargeUnpacked(reading.limits.unpackedBytes)
    }
    if (size > ratioCountsFrom && size > packed * mostRatio) throw tooLargeUnpacked(reading.limits.unpackedBytes)
  }

  has(name: string): boolean {
    return this.entries.has(name) || this.#find(name) !== undefined
  }

  /** The bytes of a member; undefined where there is none of that name. */
  read(name: string): Uint8Array | undefined {
    const entry = this.#find(name)
    return entry && this.readEntry(entry)
  }

  readEntry(entry: ZipEntry): Uint8Array {
    if (entry.encrypted) {
      throw new ExtractionError(
        'encrypted',
        'The archive is protected by a password. Unpack it and add its documents without the password.',
      )
    }
    if (entry.size > this.#reading.unpackedLeft) throw tooLargeUnpacked(this.#reading.limits.unpackedBytes)
    const packed = this.#packed(entry)
    if (entry.method === 0) {
      this.#reading.unpacked(packed.length)
      return packed
    }
    if (entry.method !== 8) {
      throw new ExtractionError(
        'unsupported',
        `"${entry.name}" is packed by a method this product does not read. Pack the archive again as an ordinary ZIP.`,
      )
    }
    const most = Math.min(Math.max(entry.size, 1), this.#reading.unpackedLeft)
    let unpacked: Uint8Array
    try {
      unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(most, 64) })
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
      // More came out than the directory promised: its sizes lie, as those of a bomb do.
      if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLargeUnpacked(this.#reading.limits.unpackedBytes)
      throw damaged(`a packed file ("${entry.name}")`, cause)
    }
    this.#reading.unpacked(unpacked.length)
    return unpacked
  }

  #find(name: string): ZipEntry | undefined {
    const exact = this.entries.get(name)
    if (exact) return exact
    // Some programs write other cases or backslashes than their own references say.
    const wanted = name.toLowerCase()
    for (const [key, entry] of this.entries) if (key.toLowerCase() === wanted) return entry
    return undefined
  }

  #packed(entry: ZipEntry): Uint8Array {
    const view = viewOf(this.#bytes)
    if (entry.offset + 30 > this.#bytes.length || view.getUint32(entry.offset, true) !== 0x04034b50)
      throw damaged(`a packed file ("${entry.name}")`)
    const from = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true)
    if (from + entry.packed > this.#bytes.length) throw damaged(`a packed file ("${entry.name}")`)
    return this.#bytes.subarray(from, from + entry.packed)
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The central directory, in its order. Throws 'damaged' where there is none. */
export function readDirectory(bytes: Uint8Array, what: string): Map<string, ZipEntry> {
  const view = viewOf(bytes)
  let end = bytes.length - 22
  const lowest = Math.max(0, end - 65_535)
  while (end >= lowest && view.getUint32(end, true) !== 0x06054b50) end--
  if (end < lowest || end < 0) throw damaged(what)
  let count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if ((count === 0xffff || at === 0xffffffff) && end >= 20 && view.getUint32(end - 20, true) === 0x07064b50) {
    const big = Number(view.getBigUint64(end - 12, true))
    if (big + 56 <= bytes.length && view.getUint32(big, true) === 0x06064b50) {
      count = Number(view.getBigUint64(big + 32, true))
      at = Number(view.getBigUint64(big + 48, true))
    }
  }
  if (count > mostEntries) {
    throw new ExtractionError(
      'too_large_unpacked',
      `The archive holds more than ${mostEntries.toLocaleString('en')} files. Unpack it and add its documents in parts.`,
    )
  }
  const entries = new Map<string, ZipEntry>()
  const utf8 = new TextDecoder()
  const cp437 = new TextDecoder('latin1')
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw damaged(what)
    const flags = view.getUint16(at + 8, true)
    const nameLength = view.getUint16(at + 28, true)
    const extraLength = view.getUint16(at + 30, true)
    const raw = bytes.subarray(at + 46, at + 46 + nameLength)
    const entry: ZipEntry = {
      name: (flags & 0x800 ? utf8 : looksUtf8(raw) ? utf8 : cp437).decode(raw).replaceAll('\\', '/'),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
      encrypted: (flags & 1) === 1 || view.getUint16(at + 10, true) === 99,
    }
    readZip64(view, entry, at + 46 + nameLength, Math.min(extraLength, bytes.length - at - 46 - nameLength))
    entries.set(entry.name, entry)
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true)
  }
  return entries
}

function looksUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Replaces sizes of 0xffffffff by those of the ZIP64 extra field. */
function readZip64(view: DataView, entry: ZipEntry, from: number, length: number): void {
  let at = from
  while (at + 4 <= from + length) {
    const id = view.getUint16(at, true)
    const size = view.getUint16(at + 2, true)
    if (id === 1) {
      let field = at + 4
      for (const key of ['size', 'packed', 'offset'] as const) {
        if (entry[key] !== 0xffffffff || field + 8 > at + 4 + size || field + 8 > view.byteLength) continue
        entry[key] = Number(view.getBigUint64(field, true))
        field += 8
      }
    }
    at += 4 + size
  }
}
