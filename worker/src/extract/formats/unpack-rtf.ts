/** Unpacks the RTF of Outlook messages ([MS-OXRTFCP] 2.2): a dictionary of 4,096 bytes that starts with common words of RTF. */

const start =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'
const packedMark = 0x75465a4c
const plainMark = 0x414c454d
const most = 64 * 2 ** 20

/** Undefined where it is no such RTF. */
export function unpackRtf(bytes: Uint8Array): string | undefined {
  if (bytes.length < 16) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = Math.min(view.getUint32(4, true), most)
  const mark = view.getUint32(8, true)
  if (mark === plainMark) return Buffer.from(bytes.subarray(16, 16 + size)).toString('latin1')
  if (mark !== packedMark) return undefined
  const dictionary = Buffer.alloc(4096)
  dictionary.write(start, 'latin1')
  let write = start.length
  let at = 16
  const out: number[] = []
  while (at < bytes.length && out.length < size) {
    const flags = bytes[at++]!
    for (let bit = 0; bit < 8 && at < bytes.length; bit++) {
      if (flags & (1 << bit)) {
        if (at + 1 >= bytes.length) return Buffer.from(out).toString('latin1')
        const token = view.getUint16(at)
        at += 2
        const offset = token >> 4
        // A reference to the place of writing ends the text.
        if (offset === write) return Buffer.from(out).toString('latin1')
        for (let i = 0; i < (token & 15) + 2; i++) push(dictionary[(offset + i) % 4096]!)
      } else {
        push(bytes[at++]!)
      }
    }
  }
  return Buffer.from(out).toString('latin1')

  function push(byte: number): void {
    out.push(byte)
    dictionary[write] = byte
    write = (write + 1) % 4096
  }
}
