import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scanFile, verdict } from './clamd.ts'

/** Reads the protocol as the daemon does and hands over the bytes it was sent. */
async function bytesOf(socket: Socket): Promise<Buffer> {
  let all = Buffer.alloc(0)
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    all = Buffer.concat([all, part as Buffer])
    const pieces: Buffer[] = []
    for (let at = 'zINSTREAM\0'.length; at + 4 <= all.length;) {
      const length = all.readUInt32BE(at)
      if (length === 0) return Buffer.concat(pieces)
      if (at + 4 + length > all.length) break
      pieces.push(all.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
  }
  throw new Error('broken off')
}

describe('asking the virus scanner', () => {
  let folder: string
  let heard: Buffer | undefined
  const daemon = createServer({ allowHalfOpen: true }, (socket) => {
    void bytesOf(socket).then(
      (bytes) => {
        heard = bytes
        socket.end(bytes.includes('harmful') ? 'stream: Test.Harmful FOUND\0' : 'stream: OK\0')
      },
      () => socket.destroy(),
    )
  })
  let port: number
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innosynth-scan-'))
    daemon.listen(0, '127.0.0.1')
    await once(daemon, 'listening')
    port = (daemon.address() as AddressInfo).port
  })
  afterAll(async () => {
    daemon.close()
    await rm(folder, { recursive: true })
  })

  it('sends every byte of a file of many pieces', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, 'abc')
    await writeFile(join(folder, 'large'), bytes)
    expect(await scanFile({ host: '127.0.0.1', port }, join(folder, 'large'))).toEqual({ finding: null })
    expect(heard?.equals(bytes)).toBe(true)
  })

  it('tells the name of what was found', async () => {
    await writeFile(join(folder, 'bad'), 'something harmful')
    expect(await scanFile({ host: '127.0.0.1', port }, join(folder, 'bad'))).toEqual({ finding: 'Test.Harmful' })
  })

  it('takes silence, a limit and a broken connection for no verdict', async () => {
    expect(() => verdict('')).toThrow(/broke off/)
    expect(() => verdict('INSTREAM size limit exceeded. ERROR')).toThrow(/whole file/)
    await expect(scanFile({ host: '127.0.0.1', port: 1 }, join(folder, 'bad'))).rejects.toThrow(/ECONNREFUSED/)
  })
})
