/** Strings of BIFF8 ([MS-XLS] 2.5.293 and 2.4.265): narrow or wide, with formatting runs, going over record ends. */
import type { BiffRecord } from './xls.ts'

/** One string at `at`; `countBytes` is the width of its length. Returns where it ends. */
export function readString(
  { view, from, length }: BiffRecord,
  at: number,
  countBytes: 1 | 2,
): { text: string; end: number } {
  const end = from + length
  if (at + countBytes + 1 > end) return { text: '', end }
  const count = countBytes === 1 ? view.getUint8(at) : view.getUint16(at, true)
  const flags = view.getUint8(at + countBytes)
  const start = at + countBytes + 1 + (flags & 8 ? 2 : 0) + (flags & 4 ? 4 : 0)
  const wide = (flags & 1) === 1
  const stop = Math.min(end, start + count * (wide ? 2 : 1))
  return { text: decode(view, start, stop, wide), end: stop }
}

function decode(view: DataView, from: number, to: number, wide: boolean): string {
  return new TextDecoder(wide ? 'utf-16le' : 'latin1').decode(
    new Uint8Array(view.buffer, view.byteOffset + from, Math.max(0, to - from)),
  )
}

/** The shared strings, from their record and its continuations. A string parted by a record end begins anew with its width. */
export function readSharedStrings(records: BiffRecord[]): string[] {
  const view = records[0]!.view
  const strings: string[] = []
  let index = 0
  let at = records[0]!.from + 8
  const total = view.getUint32(records[0]!.from + 4, true)
  const end = () => records[index]!.from + records[index]!.length
  const next = (): boolean => {
    if (index + 1 >= records.length) return false
    at = records[++index]!.from
    return true
  }
  const skip = (bytes: number): void => {
    let left = bytes
    while (left > end() - at) {
      left -= end() - at
      if (!next()) return
    }
    at += left
  }
  while (strings.length < total) {
    if (at >= end() && !next()) break
    if (at + 3 > end()) break
    let left = view.getUint16(at, true)
    const flags = view.getUint8(at + 2)
    at += 3
    let wide = (flags & 1) === 1
    const runs = flags & 8 ? view.getUint16(at, true) : 0
    if (flags & 8) at += 2
    const phonetic = flags & 4 ? view.getUint32(at, true) : 0
    if (flags & 4) at += 4
    let text = ''
    for (;;) {
      const fits = Math.min(left, Math.floor((end() - at) / (wide ? 2 : 1)))
      const stop = at + fits * (wide ? 2 : 1)
      text += decode(view, at, stop, wide)
      at = stop
      left -= fits
      if (left === 0 || !next()) break
      wide = (view.getUint8(at) & 1) === 1
      at++
    }
    strings.push(text)
    skip(runs * 4 + phonetic)
  }
  return strings
}
