/** What any object store must do, run over each of them. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../app-error.ts'
import type { ObjectStore } from './port.ts'

const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const limit = 64 * 1024 ** 2
const never = sum(Buffer.from(randomUUID()))

/** `left` counts what lies around beside whole objects, where that can be seen. */
export function objectStoreContract(
  name: string,
  make: () => Promise<{ store: ObjectStore; left?: () => Promise<number>; close: () => Promise<void> }>,
) {
  describe(`${name} as an object store`, () => {
    let made: Awaited<ReturnType<typeof make>>
    let store: ObjectStore
    beforeAll(async () => {
      made = await make()
      store = made.store
    })
    afterAll(() => made.close())

    const put = (bytes: Buffer) => store.put(Readable.from([bytes]), { limit })
    const code = (error: unknown) => (error instanceof AppError ? error.code : String(error))
    const all = async () => {
      const names: string[] = []
      for await (const { sha256 } of store.list()) names.push(sha256)
      return names
    }

    it.each([0, 1, 5 * 1024 ** 2, 20 * 1024 ** 2 + 7])(
      'gives back %i bytes as they came, under their own hash',
      async (size) => {
        const bytes = randomBytes(size)
        expect(await put(bytes)).toEqual({ sha256: sum(bytes), bytes: size })
        expect(await store.has(sum(bytes))).toBe(true)
        expect(sum(await buffer(await store.get(sum(bytes))))).toBe(sum(bytes))
      },
    )

    it('gives a part, both ends included', async () => {
      const bytes = Buffer.from('0123456789')
      const { sha256 } = await put(bytes)
      expect((await buffer(await store.get(sha256, { start: 2, end: 5 }))).toString()).toBe('2345')
      expect((await buffer(await store.get(sha256, { start: 9, end: 9 }))).toString()).toBe('9')
    })

    it('takes the same bytes again, and at the same moment, as one object', async () => {
      const bytes = randomBytes(100_000)
      const results = await Promise.all(Array.from({ length: 5 }, () => put(bytes)))
      expect(new Set(results.map(({ sha256 }) => sha256)).size).toBe(1)
      expect((await all()).filter((name) => name === sum(bytes))).toHaveLength(1)
      expect(sum(await buffer(await store.get(sum(bytes))))).toBe(sum(bytes))
    })

    it('refuses what is larger than allowed, and keeps nothing of it', async () => {
      const before = await all()
      const refused = await store.put(Readable.from([randomBytes(600), randomBytes(600)]), { limit: 1000 }).catch(code)
      expect(refused).toBe('limit_reached')
      expect(await all()).toEqual(before)
      expect((await made.left?.()) ?? 0).toBe(0)
    })

    it('takes exactly as much as allowed', async () => {
      const bytes = randomBytes(1000)
      expect((await store.put(Readable.from([bytes]), { limit: 1000 })).bytes).toBe(1000)
    })

    it('keeps nothing of a stream that breaks or is called off', async () => {
      const before = await all()
      const broken = new Readable({
        read() {
          this.push(randomBytes(1000))
          this.destroy(new Error('the line went down'))
        },
      })
      await expect(store.put(broken, { limit })).rejects.toThrow('the line went down')
      const off = new AbortController()
      const endless = new Readable({
        read() {
          this.push(randomBytes(1000))
          setImmediate(() => off.abort())
        },
      })
      await expect(store.put(endless, { limit, signal: off.signal })).rejects.toThrow(/abort/i)
      expect(await all()).toEqual(before)
      expect((await made.left?.()) ?? 0).toBe(0)
    })

    it('says not found of what was never there', async () => {
      expect(await store.has(never)).toBe(false)
      expect(await store.get(never).catch(code)).toBe('not_found')
      expect(await store.localPath(never).catch(code)).toBe('not_found')
      await expect(store.delete(never)).resolves.toBeUndefined()
    })

    it('forgets what is deleted', async () => {
      const { sha256 } = await put(randomBytes(50))
      await store.delete(sha256)
      expect(await store.has(sha256)).toBe(false)
      expect(await all()).not.toContain(sha256)
    })

    it('tells how old an object is', async () => {
      const { sha256 } = await put(randomBytes(50))
      for await (const object of store.list())
        if (object.sha256 === sha256) expect(Math.abs(Date.now() - object.modifiedAt.getTime())).toBeLessThan(60_000)
    })

    it('lends a file to a parser, and takes a copy back', async () => {
      const bytes = randomBytes(3000)
      const { sha256 } = await put(bytes)
      const { path, release } = await store.localPath(sha256)
      expect(sum(await readFile(path))).toBe(sha256)
      await release()
      expect(await store.has(sha256)).toBe(true)
      expect(existsSync(path)).toBe(!store.describe().startsWith('the bucket'))
    })

    it('lets no name lead elsewhere', async () => {
      for (const name of ['../secret', '..', 'a/b', `${never}/../x`, '']) {
        expect(
          await store.get(name).then(
            () => 'found',
            () => 'refused',
          ),
        ).toBe('refused')
        expect(
          await Promise.resolve()
            .then(() => store.has(name))
            .then(
              (found) => (found ? 'found' : 'refused'),
              () => 'refused',
            ),
        ).toBe('refused')
      }
    })
  })
}
