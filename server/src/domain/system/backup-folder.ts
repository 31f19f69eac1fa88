/** The copy of all stored files beside the database's own backup: `ab/cd/<sha256>`, each written whole or not at all. */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

export class DamagedObject extends Error {
  override name = 'DamagedObject'
}

const name = /^[0-9a-f]{64}$/

export type BackupFolder = {
  has(sha256: string): Promise<boolean>
  /** Writes what comes and gives its size. Throws DamagedObject when the bytes are not those of the name; nothing is left then. */
  write(sha256: string, bytes: Readable): Promise<number>
  /** Throws where there is none of this name. */
  read(sha256: string): Promise<Readable>
  /** Whether the bytes that lie there are still those of the name. */
  sound(sha256: string): Promise<boolean>
  remove(sha256: string): Promise<void>
  list(): AsyncIterable<{ sha256: string; bytes: number; modifiedAt: Date }>
}

export function openBackupFolder(folder: string): BackupFolder {
  const pathOf = (sha256: string) => {
    if (!name.test(sha256)) throw new Error('Not a SHA-256')
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }
  return {
    has: (sha256) =>
      stat(pathOf(sha256)).then(
        () => true,
        async () => {
          // None of this name, or no folder at all any more: the second must not pass for the first.
          await stat(folder)
          return false
        },
      ),
    async write(sha256, bytes) {
      const target = pathOf(sha256)
      await mkdir(join(target, '..'), { recursive: true, mode: 0o750 })
      const temporary = join(target, '..', `.${randomUUID()}.part`)
      const hash = createHash('sha256')
      let size = 0
      const file = await open(temporary, 'wx', 0o440)
      try {
        for await (const chunk of bytes as AsyncIterable<Buffer>) {
          hash.update(chunk)
          size += chunk.length
          await file.write(chunk)
        }
        if (hash.digest('hex') !== sha256) throw new DamagedObject(`The bytes of ${sha256} are not those of its name`)
        await file.sync()
        await file.close()
        await rename(temporary, target)
        const directory = await open(join(target, '..'), 'r')
        await directory.sync().finally(() => directory.close())
        return size
      } catch (error) {
        await file.close().catch(() => {})
        await rm(temporary, { force: true })
        throw error
      }
    },
    async read(sha256) {
      await stat(pathOf(sha256))
      return createReadStream(pathOf(sha256))
    },
    async sound(sha256) {
      const hash = createHash('sha256')
      try {
        for await (const chunk of createReadStream(pathOf(sha256)) as AsyncIterable<Buffer>) hash.update(chunk)
      } catch {
        return false
      }
      return hash.digest('hex') === sha256
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    async *list() {
      for (const first of await folders(folder))
        for (const second of await folders(join(folder, first)))
          for (const file of await readdir(join(folder, first, second))) {
            const path = join(folder, first, second, file)
            // What a copy that was cut off left behind.
            if (file.endsWith('.part')) await rm(path, { force: true })
            if (!name.test(file)) continue
            const { size, mtime } = await stat(path)
            yield { sha256: file, bytes: size, modifiedAt: mtime }
          }
    },
  }
}

const folders = async (path: string) =>
  (await readdir(path, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
