import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client } from 'minio'
import { AppError } from '../app-error.ts'
import { missing, tooLarge } from './file-store.ts'
import type { ObjectStore } from './port.ts'

export type S3Settings = { url: string; bucket: string; region: string; accessKey: string; secretKey: string }

/**
 * Plain S3 through the minio client. A name is the hash of the bytes, which is known only at their end, so an upload goes
 * to a local file first and then, with its size known, to the store: no half object ever has a name.
 */
export async function createS3Store(settings: S3Settings): Promise<ObjectStore> {
  const url = new URL(settings.url)
  const client = new Client({
    endPoint: url.hostname,
    port: url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80,
    useSSL: url.protocol === 'https:',
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    region: settings.region,
    pathStyle: true,
    // The client buffers whole parts; its own choice for an unknown size is 528 MiB.
    partSize: 8 * 1024 * 1024,
  })
  const { bucket } = settings
  if (!(await client.bucketExists(bucket)))
    await client.makeBucket(bucket, settings.region).catch(async (error: unknown) => {
      // Replicas that start together all try; one succeeds.
      if (!(await client.bucketExists(bucket))) throw error
    })
  const scratch = await mkdtemp(join(tmpdir(), 'innosynth-objects-'))
  const keyOf = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}`
  const has = (sha256: string) =>
    client.statObject(bucket, keyOf(sha256)).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code === 'NotFound' || error.code === 'NoSuchKey') return false
        throw unreachable(error)
      },
    )

  return {
    async put(bytes, { limit, signal }) {
      const path = join(scratch, randomUUID())
      const hash = createHash('sha256')
      let size = 0
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          size += chunk.length
          if (size > limit) return done(tooLarge(limit))
          hash.update(chunk)
          done(null, chunk)
        },
      })
      try {
        await pipeline(bytes, measure, createWriteStream(path), signal ? { signal } : {})
        const sha256 = hash.digest('hex')
        if (!(await has(sha256)))
          await client.putObject(bucket, keyOf(sha256), createReadStream(path), size).catch((error: unknown) => {
            throw unreachable(error)
          })
        return { sha256, bytes: size }
      } finally {
        await rm(path, { force: true })
      }
    },
    async get(sha256, range) {
      if (!(await has(sha256))) throw missing()
      return range
        ? client.getPartialObject(bucket, keyOf(sha256), range.start, range.end - range.start + 1)
        : client.getObject(bucket, keyOf(sha256))
    },
    has,
    delete: (sha256) => client.removeObject(bucket, keyOf(sha256)),
    async *list() {
      for await (const item of client.listObjectsV2(bucket, '', true)) {
        const sha256 =
          String(item.name ?? '')
            .split('/')
            .at(-1) ?? ''
        if (/^[0-9a-f]{64}$/.test(sha256)) yield { sha256, modifiedAt: item.lastModified ?? new Date() }
      }
    },
    async localPath(sha256) {
      if (!(await has(sha256))) throw missing()
      const path = join(scratch, randomUUID())
      await client.fGetObject(bucket, keyOf(sha256), path)
      await stat(path)
      return { path, release: () => rm(path, { force: true }) }
    },
    describe: () => `the bucket ${bucket} at ${url.host}`,
  }
}

function unreachable(cause: unknown) {
  return cause instanceof AppError
    ? cause
    : new AppError('unavailable', {
        detail: 'The object store does not answer. Try again in a minute.',
        cause,
        retryAfter: 30,
      })
}
