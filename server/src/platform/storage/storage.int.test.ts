import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testObjectStores } from '../../testing/outside.ts'
import { objectStoreContract } from './contract.ts'
import { createObjectStore } from './index.ts'

objectStoreContract('A folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-objects-'))
  return {
    store: await createObjectStore({ kind: 'file', folder }),
    left: async () => (await readdir(join(folder, 'incoming'))).length,
    close: () => rm(folder, { recursive: true, force: true }),
  }
})

// With OBJECTSTORE_URL and its keys set, a bucket of its own on that server is tried too.
for (const server of testObjectStores())
  objectStoreContract('An S3 server', async () => ({
    store: await createObjectStore({ ...server, bucket: `innosynth-test-${randomUUID()}` }),
    close: async () => {},
  }))

describe('a folder whose process died while files came in', () => {
  it('is swept of half files at the next start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'innosynth-objects-'))
    await createObjectStore({ kind: 'file', folder })
    await writeFile(join(folder, 'incoming', randomUUID()), 'half a file')
    await createObjectStore({ kind: 'file', folder })
    expect(await readdir(join(folder, 'incoming'))).toEqual([])
    await rm(folder, { recursive: true, force: true })
  })

  it('says that it is gone instead of that a file is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'innosynth-objects-'))
    const store = await createObjectStore({ kind: 'file', folder })
    await rm(folder, { recursive: true })
    await expect(store.has('0'.repeat(64))).rejects.toThrow(/ENOENT/)
  })
})
