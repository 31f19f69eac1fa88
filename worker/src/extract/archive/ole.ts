/**
 * Reads OLE compound files (the container of .doc, .xls, .ppt, .msg and of encrypted office files),
 * after [MS-CFB] 2.1 to 2.6. Chains are followed with a bound, so that a loop in a damaged file ends.
 */
import { damaged } from '../reading.ts'

/** Type 1 is a storage (a folder), 2 a stream (a file), 5 the root. The three links are numbers of other entries. */
type OleEntry = { name: string; type: number; start: number; size: number; left: number; right: number; child: number }

export type OleStorage = { name: string; streams: Map<string, () => Uint8Array>; storages: OleStorage[] }

const endOfChain = 0xfffffffe

export class Ole {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #sectorSize: number
  readonly #miniSectorSize: number
  readonly #miniCutoff: number
  readonly #fat: Uint32Array
  readonly #miniFat: Uint32Array
  readonly #mini: Uint8Array
  readonly #entries: OleEntry[]

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (bytes.length < 512) throw damaged('an older office file')
    this.#sectorSize = 1 << this.#view.getUint16(30, true)
    this.#miniSectorSize = 1 << this.#view.getUint16(32, true)
    if (this.#sectorSize < 128 || this.#sectorSize > 65_536 || this.#miniSectorSize > this.#sectorSize)
      throw damaged('an older office file')
    this.#miniCutoff = this.#view.getUint32(56, true)
    this.#fat = this.#readFat()
    const directory = this.#chain(this.#view.getUint32(48, true))
    this.#entries = readEntries(directory)
    const root = this.#entries.find((entry) => entry.type === 5)
    this.#mini = root ? this.#chain(root.start).subarray(0, root.size) : new Uint8Array()
    const miniFat = this.#chain(this.#view.getUint32(60, true))
    this.#miniFat = wordsOf(miniFat)
  }

  /** Names of all streams and storages, wherever they stand in the tree. */
  get names(): string[] {
    return this.#entries.filter((entry) => entry.type !== 0).map((entry) => entry.name)
  }

  /** The bytes of the first stream with that name; undefined where there is none. */
  stream(name: string): Uint8Array | undefined {
    const entry = this.#entries.find((each) => each.type === 2 && each.name === name)
    return entry && this.#bytesOf(entry)
  }

  /** The root with all that stands in it. Each entry is met once, so that links in a circle end. */
  tree(): OleStorage {
    const seen = new Set<number>()
    const storageOf = (entry: OleEntry): OleStorage => {
      const storage: OleStorage = { name: entry.name, streams: new Map(), storages: [] }
      const waiting = [entry.child]
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
        const next = this.#entries[index]
        if (!next || next.type === 0 || seen.has(index)) continue
        seen.add(index)
        if (next.type === 2) storage.streams.set(next.name, () => this.#bytesOf(next))
        else if (next.type === 1 && seen.size < 10_000) storage.storages.push(storageOf(next))
        waiting.push(next.left, next.right)
      }
      storage.storages.sort((a, b) => (a.name < b.name ? -1 : 1))
      return storage
    }
    const root = this.#entries.find((entry) => entry.type === 5)
    if (!root) throw damaged('an older office file')
    return storageOf(root)
  }

  #bytesOf(entry: OleEntry): Uint8Array {
    if (entry.size >= this.#miniCutoff) return this.#chain(entry.start).subarray(0, entry.size)
    const parts: Uint8Array[] = []
    let sector = entry.start
    for (let left = entry.size; left > 0 && sector < this.#miniFat.length; left -= this.#miniSectorSize) {
      const from = sector * this.#miniSectorSize
      parts.push(this.#mini.subarray(from, from + this.#miniSectorSize))
      sector = this.#miniFat[sector]!
    }
    return Buffer.concat(parts).subarray(0, entry.size)
  }

  #sector(index: number): Uint8Array {
    const from = (index + 1) * this.#sectorSize
    return this.#bytes.subarray(from, from + this.#sectorSize)
  }

  #readFat(): Uint32Array {
    const sectors: number[] = []
    for (let i = 0; i < 109; i++) sectors.push(this.#view.getUint32(76 + i * 4, true))
    let next = this.#view.getUint32(68, true)
    const most = Math.ceil(this.#bytes.length / this.#sectorSize)
    for (let i = 0; i < most && next < most; i++) {
      const words = wordsOf(this.#sector(next))
      sectors.push(...words.subarray(0, -1))
      next = words[words.length - 1] ?? endOfChain
    }
    return wordsOf(Buffer.concat(sectors.filter((sector) => sector < most).map((sector) => this.#sector(sector))))
  }

  #chain(start: number): Uint8Array {
    const parts: Uint8Array[] = []
    let sector = start
    const most = Math.ceil(this.#bytes.length / this.#sectorSize)
    while (sector < most && parts.length <= most) {
      parts.push(this.#sector(sector))
      sector = this.#fat[sector] ?? endOfChain
    }
    return Buffer.concat(parts)
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(i * 4, true))
}

function readEntries(directory: Uint8Array): OleEntry[] {
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength)
  const utf16 = new TextDecoder('utf-16le')
  const entries: OleEntry[] = []
  for (let at = 0; at + 128 <= directory.length; at += 128) {
    const type = directory[at + 66]!
    const length = Math.max(0, Math.min(64, view.getUint16(at + 64, true)) - 2)
    entries.push({
      name: utf16.decode(directory.subarray(at, at + length)),
      type,
      left: view.getUint32(at + 68, true),
      right: view.getUint32(at + 72, true),
      child: view.getUint32(at + 76, true),
      start: view.getUint32(at + 116, true),
      size: view.getUint32(at + 120, true),
    })
  }
  return entries
}

export function isOle(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0
}
