/** Pictures made by tests. */
export type Grey = { width: number; height: number; pixels: Uint8Array }

/** A TIFF of grey pictures, uncompressed, little endian. */
export function makeTiff(pictures: Grey[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])]
  let at = 8
  let link = { buffer: parts[0]!, offset: 4 }
  for (const { width, height, pixels } of pictures) {
    const entries: [tag: number, value: number][] = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, at],
      [277, 1],
      [278, height],
      [279, pixels.length],
    ]
    parts.push(Buffer.from(pixels))
    at += pixels.length
    if (at % 2) {
      parts.push(Buffer.alloc(1))
      at++
    }
    const directory = Buffer.alloc(2 + entries.length * 12 + 4)
    directory.writeUInt16LE(entries.length, 0)
    entries.forEach(([tag, value], i) => {
      directory.writeUInt16LE(tag, 2 + i * 12)
      directory.writeUInt16LE(4, 4 + i * 12)
      directory.writeUInt32LE(1, 6 + i * 12)
      directory.writeUInt32LE(value, 10 + i * 12)
    })
    link.buffer.writeUInt32LE(at, link.offset)
    link = { buffer: directory, offset: directory.length - 4 }
    parts.push(directory)
    at += directory.length
  }
  return Buffer.concat(parts)
}
