import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { type Server, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWorker } from '@innosynth/worker'
import type { DocumentView } from '../../src/domain/documents/index.ts'
import { type TestSystem, testSystem } from '../../src/testing/index.ts'
import { testNumber } from '../../src/testing/outside.ts'
import { seeded } from '../access/random.ts'
import { makeFile } from './files.ts'
import { hostileFiles } from './hostile-files.ts'

const gigabyte = 1024 ** 3
const long = 10 * 60_000

describe('files made to hurt', () => {
  let system: TestSystem
  let worker: { stop(): Promise<void> }
  let server: Server
  let port: number
  let temporary: string
  beforeAll(async () => {
    // A folder of its own for temporary files, so that what others leave meanwhile is not taken for ours.
    temporary = await mkdtemp(join(tmpdir(), 'innosynth-hostile-'))
    vi.stubEnv('TMPDIR', temporary)
    system = await testSystem({ works: true })
    worker = await startWorker(system)
    server = createAdaptorServer({ fetch: system.app.fetch }) as Server
    server.requestTimeout = 0
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    port = (server.address() as { port: number }).port
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await worker.stop()
    await system.stop()
    vi.unstubAllEnvs()
    await rm(temporary, { recursive: true, force: true })
  })

  const upload = async (name: string, bytes: Buffer) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/documents?same=keep&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { cookie: system.owner.cookie },
    })
    return {
      status: response.status,
      json: (await response.json()) as { document: { id: string; title: string }; error?: { message: string } },
    }
  }
  const view = (id: string) => system.owner.get<DocumentView>(`/api/documents/${id}`)
  const ended = async (id: string) => {
    for (;;) {
      const document = await view(id)
      if (['ready', 'failed', 'cancelled'].includes(document.progress.stage)) return document
      await pause(100)
    }
  }
  /** Paths below the data folder that are no object, no secret and no model. */
  const leftovers = async () =>
    (await readdir(system.folder, { recursive: true, withFileTypes: true }))
      .filter(
        (entry) =>
          entry.isFile() && !/^[0-9a-f]{64}$/.test(entry.name) && !['secret', 'process.lock'].includes(entry.name),
      )
      .map((entry) => join(entry.parentPath, entry.name))

  it(
    'each end with a reason people can read, while the door answers and other files get through',
    async () => {
      let slowest = 0
      let asked = 0
      let polling = true
      const poll = (async () => {
        while (polling) {
          const began = performance.now()
          const answer = await fetch(`http://127.0.0.1:${port}/api/health`)
          if (!answer.ok) throw new Error(`health answered ${answer.status}`)
          slowest = Math.max(slowest, performance.now() - began)
          asked += 1
          await pause(100)
        }
      })()
      const files = hostileFiles(seeded(testNumber('SEED', 3)))
      const results = await Promise.all(
        files.map(async (file, i) => {
          const { status, json } = await upload(file.name, file.bytes)
          expect(status, file.name).toBe(201)
          // A good file between the bad ones, every few.
          const good =
            i % 6 === 0
              ? await upload(
                  `good-${i}.${['pdf', 'docx', 'txt', 'html'][i % 4]}`,
                  makeFile((['pdf', 'docx', 'txt', 'html'] as const)[i % 4]!, `goodword${i}`, 8),
                )
              : null
          return { file, id: json.document.id, good: good?.json.document.id }
        }),
      )
      const wrong: string[] = []
      for (const { file, id, good } of results) {
        const { progress, format } = await ended(id)
        const code = progress.stage === 'ready' ? 'ready' : (progress.problem?.code ?? 'none')
        if (file.reasons.length > 0 && !file.reasons.includes(code))
          wrong.push(`${file.name} ended as ${code}: ${progress.problem?.message}`)
        if (file.format && format !== file.format) wrong.push(`${file.name} was taken for ${format}`)
        if (progress.stage === 'failed' && !/^[A-Z].{20,}\.$/s.test(progress.problem?.message ?? ''))
          wrong.push(`${file.name} says only: ${progress.problem?.message}`)
        if (/undefined|\bat \w+ \(|Error:|node_modules/.test(progress.problem?.message ?? ''))
          wrong.push(`${file.name} says what is for programmers: ${progress.problem?.message}`)
        if (good) {
          const fine = await ended(good)
          if (fine.progress.stage !== 'ready')
            wrong.push(`a good file beside ${file.name} is ${fine.progress.stage}: ${fine.progress.problem?.message}`)
        }
      }
      polling = false
      await poll
      process.stdout.write(
        `hostile: ${files.length} files, health asked ${asked} times, slowest answer ${Math.round(slowest)} ms\n`,
      )
      expect(wrong).toEqual([])
      expect(slowest).toBeLessThan(10_000)
      expect(await leftovers()).toEqual([])
    },
    long,
  )

  it.each([
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['..\\..\\windows\\system.txt', 'system.txt'],
    ['invoice\u202etxt.exe.txt', 'invoicetxt.exe.txt'],
    ['🗺️ карта 地図.txt', '🗺️ карта 地図.txt'],
    [`${'ä'.repeat(125)}x.txt`, `${'ä'.repeat(125)}x.txt`],
    ['a\r\nset-cookie: x=1.txt', 'aset-cookie: x=1.txt'],
    ['"quoted".txt', '"quoted".txt'],
    ['.', 'unnamed'],
    ['CON.txt', 'CON.txt'],
  ])(
    'named %j are kept as %j and given back so',
    async (given, kept) => {
      const { status, json } = await upload(given, Buffer.from(`Words of ${kept}, said once.`))
      expect(status).toBe(201)
      const { versions, progress } = await ended(json.document.id)
      expect([versions[0]!.fileName, progress.stage]).toEqual([kept, 'ready'])
      const file = await fetch(`http://127.0.0.1:${port}/api/documents/${json.document.id}/versions/1/file`, {
        headers: { cookie: system.owner.cookie },
      })
      const disposition = file.headers.get('content-disposition')!
      expect(disposition).toMatch(/^attachment; filename="[^"\\]*"; filename\*=UTF-8''/)
      expect(decodeURIComponent(disposition.split("UTF-8''")[1]!)).toBe(kept)
      expect(await file.text()).toBe(`Words of ${kept}, said once.`)
      expect(await leftovers()).toEqual([])
    },
    long,
  )

  /** Streams zeros until an answer comes or everything is sent. */
  function stream(total: number, announced: boolean): Promise<{ status: number; sent: number; ms: number }> {
    const chunk = Buffer.alloc(1024 ** 2)
    const began = performance.now()
    return new Promise((resolve, reject) => {
      let sent = 0
      let done = false
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: '/api/documents?name=zeros.txt',
          headers: { cookie: system.owner.cookie, ...(announced ? { 'content-length': total } : {}) },
        },
        (response) => {
          done = true
          response.resume()
          resolve({ status: response.statusCode!, sent, ms: Math.round(performance.now() - began) })
          request.destroy()
        },
      )
      request.on('error', (error) => {
        if (!done) reject(error)
      })
      const more = () => {
        while (!done && sent < total) {
          sent += chunk.length
          if (!request.write(chunk)) {
            request.once('drain', more)
            return
          }
        }
        if (!done) request.end()
      }
      more()
    })
  }

  it(
    'of two gigabytes are refused at one before they have come, and leave nothing',
    async () => {
      const refused = await stream(2 * gigabyte, true)
      expect(refused.status).toBe(413)
      expect(refused.sent).toBeLessThan(gigabyte / 4)
      await pause(200)
      expect(await leftovers()).toEqual([])
    },
    long,
  )

  it(
    'that do not say how large they are, are refused at the limit, and leave nothing',
    async () => {
      expect((await system.owner.api('PATCH', '/api/settings', { uploadLimitBytes: 32 * 1024 ** 2 })).status).toBe(200)
      const refused = await stream(2 * gigabyte, false)
      expect(refused.status).toBe(413)
      expect(refused.sent).toBeLessThan(256 * 1024 ** 2)
      await pause(200)
      expect(await leftovers()).toEqual([])
    },
    long,
  )

  it(
    'that break off in the middle leave nothing',
    async () => {
      await new Promise<void>((resolve) => {
        const request = httpRequest({
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: '/api/documents?name=half.txt',
          headers: { cookie: system.owner.cookie, 'content-length': 10_000_000 },
        })
        request.on('error', () => resolve())
        request.write(Buffer.alloc(1_000_000), () => {
          setTimeout(() => {
            request.destroy()
            resolve()
          }, 200)
        })
      })
      for (let i = 0; i < 50 && (await leftovers()).length > 0; i += 1) await pause(100)
      expect(await leftovers()).toEqual([])
      const { items } = await system.owner.get<{ items: { title: string }[] }>('/api/documents?title=half&limit=200')
      expect(items.filter(({ title }) => title === 'half')).toEqual([])
      expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200)
    },
    long,
  )

  it('have left nothing in the folder for temporary files', async () => {
    const left = await readdir(temporary)
    expect(left.filter((name) => !name.startsWith('innosynth-test-'))).toEqual([])
  })
})
