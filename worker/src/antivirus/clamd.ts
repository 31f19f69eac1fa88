/** Asks ClamAV's daemon about a file: INSTREAM of its protocol (clamd(8)), the bytes in pieces, each behind its length. */
import { createReadStream } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

export type Clamd = { host: string; port: number }
/** `finding`: the signature's name, or null for a file in which nothing was found. */
export type Scanned = { finding: string | null }

const pieceBytes = 256 * 1024
/** Longest silence of the daemon: a large archive takes minutes. Milliseconds. */
const patienceMs = 10 * 60_000

/** Throws an Error where the daemon cannot be reached, breaks off, or did not look at the whole file. */
export async function scanFile(daemon: Clamd, path: string, signal?: AbortSignal): Promise<Scanned> {
  const socket = connect({ ...daemon, timeout: patienceMs, ...(signal ? { signal } : {}) })
  socket.once('timeout', () => socket.destroy(new Error('the virus scanner is silent')))
  const answer = read(socket)
  // Whoever waits is told through `answer`; a failure on the way must not count as unhandled before that.
  answer.catch(() => {})
  try {
    await once(socket, 'connect')
    socket.write('zINSTREAM\0')
    for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
      const bytes = piece as Buffer
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      // The daemon answers before the end when it has seen enough, and reads no further.
      if (socket.writableEnded || socket.destroyed) break
      socket.write(length)
      if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), answer])
    }
    if (!socket.destroyed) socket.write(Buffer.alloc(4))
    return verdict(await answer)
  } finally {
    socket.destroy()
  }
}

async function read(socket: Socket): Promise<string> {
  let said = ''
  for await (const part of socket) {
    said += String(part)
    if (said.includes('\0')) break
  }
  return said.replace(/\0[^]*$/, '').trim()
}

/** "stream: OK", "stream: NAME FOUND", or an error in words. */
export function verdict(said: string): Scanned {
  if (said === 'stream: OK') return { finding: null }
  const found = /^stream: (.+) FOUND$/.exec(said)
  if (found) return { finding: found[1]! }
  throw new Error(`the virus scanner did not look at the whole file: ${said || 'it broke off'}`)
}
