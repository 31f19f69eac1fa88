/** A plain tar of small texts, so that a support bundle opens everywhere. */

/** @param files path (at most 99 bytes) and content @param at modification time of all of them */
export function tar(files: { path: string; content: string }[], at: Date): Buffer {
  const blocks = files.flatMap(({ path, content }) => {
    const data = Buffer.from(content, 'utf8')
    return [header(path, data.length, at), data, Buffer.alloc((512 - (data.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function header(path: string, size: number, at: Date): Buffer {
  if (Buffer.byteLength(path) > 99) throw new RangeError(`${path} is too long a name for a tar`)
  const block = Buffer.alloc(512)
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0')
  block.write(path, 0)
  block.write(octal(0o600, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(size, 12), 124)
  block.write(octal(Math.floor(at.getTime() / 1000), 12), 136)
  block.write('        0', 148)
  block.write('ustar\0' + '00', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
