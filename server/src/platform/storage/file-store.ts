import { createHash, randomUUID } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../app-error.ts'
import type { ObjectStore } from './port.ts'

/** Objects as files: `ab/cd/<sha256>`, written beside and renamed into place after fsync, so that a name always means whole bytes. */
export async function createFileStore(folder: string): Promise<ObjectStore> {
  const incoming = join(folder, 'incoming')
  // What an interrupted upload left: no name in the database points at it.
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true })
  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), checked(sha256))

  return {
    async put(bytes, { limit, signal }) {
      const temporary = join(incoming, randomUUID())
      const hash = createHash('sha256')
      let size = 0
      const file = await open(temporary, 'wx')
      try {
        for await (const chunk of bytes) {
          signal?.throwIfAborted()
          size += chunk.length
          if (size > limit) throw tooLarge(limit)
          hash.update(chunk)
          await file.write(chunk)
        }
        signal?.throwIfAborted()
        await file.sync()
        await file.close()
        const sha256 = hash.digest('hex')
        const target = pathOf(sha256)
        await mkdir(join(target, '..'), { recursive: true })
        await rename(temporary, target)
        const directory = await open(join(target, '..'), 'r')
        await directory.sync().finally(() => directory.close())
        return { sha256, bytes: size }
      } catch (error) {
        await file.close().catch(() => {})
        await rm(temporary, { force: true })
        throw error
      }
    },
    async get(sha256, range) {
      await stat(pathOf(sha256)).catch(() => {
        throw missing()
      })
      return createReadStream(pathOf(sha256), range)
    },
    async has(sha256) {
      const found = await stat(pathOf(sha256)).catch(() => null)
      // Nothing of this name, or no store at all any more: the second must not pass for the first.
      if (!found) await access(incoming, constants.W_OK)
      return found !== null
    },
    delete: (sha256) => rm(pathOf(sha256), { force: true }),
    async *list() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/^[0-9a-f]{64}$/.test(entry.name)) continue
        const { mtime } = await stat(join(entry.parentPath, entry.name))
        yield { sha256: entry.name, modifiedAt: mtime }
      }
    },
    async localPath(sha256) {
      await stat(pathOf(sha256)).catch(() => {
        throw missing()
      })
      return { path: pathOf(sha256), release: async () => {} }
    },
    describe: () => `the folder ${folder}`,
  }
}

function checked(sha256: string) {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('Not a SHA-256')
  return sha256
}

export function tooLarge(limit: number) {
  const size =
    limit >= 1024 ** 3
      ? `${Math.round(limit / 1024 ** 3)} GB`
      : limit >= 1024 ** 2
        ? `${Math.round(limit / 1024 ** 2)} MB`
        : `${Math.round(limit / 1024)} KB`
  return new AppError('limit_reached', {
    detail: `This file is larger than the ${size} allowed here. Ask an administrator to raise the limit, or split the file.`,
  })
}

export function missing() {
  return new AppError('not_found', { detail: 'The stored file is not there any more.' })
}
