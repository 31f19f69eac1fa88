import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { confiningWords } from './confinement.ts'
import { createExtractor } from './index.ts'
import type { Extractor } from './index.ts'
import { ExtractionError } from './shapes.ts'

// Real processes on a busy machine; a hanging one is the failure looked for, not a slow one.
vi.setConfig({ testTimeout: 60_000 })
const folder = mkdtempSync(join(tmpdir(), 'innosynth-probe-'))
const path = join(folder, 'file')
writeFileSync(path, 'x')
const program = fileURLToPath(new URL('../../test/confined-probe.ts', import.meta.url))
const open: Extractor[] = []

function probe(limits: { memoryBytes?: number; idleMs?: number; totalMs?: number } = {}): Extractor {
  const extractor = createExtractor({
    processes: 1,
    program,
    limits: {
      pages: 10,
      unpackedBytes: 2 ** 20,
      nesting: 2,
      memoryBytes: 2 ** 29,
      idleMs: 20_000,
      totalMs: 20_000,
      ...limits,
    },
  })
  open.push(extractor)
  return extractor
}

async function failure(work: Promise<unknown>): Promise<ExtractionError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ExtractionError)
  return error as ExtractionError
}

afterAll(async () => {
  await Promise.all(open.map((extractor) => extractor.close()))
  rmSync(folder, { recursive: true })
})

describe('the process that reads documents', () => {
  test("cannot reach the network by any of Node's ways", async () => {
    const { warnings } = await probe().extract({ path, fileName: 'network' })
    expect(warnings).toHaveLength(11)
    for (const line of warnings) expect(line).toMatch(/: ERR_ACCESS_DENIED$/)
  })

  test.skipIf(!confiningWords().includes('unshare'))(
    'stands in a network namespace without interfaces where the system allows it',
    async () => {
      const { warnings } = await probe().extract({ path, fileName: 'interfaces' })
      expect(warnings).toEqual([''])
    },
  )

  test('cannot read other files, write, start programs or threads, or load native code', async () => {
    const { warnings } = await probe().extract({ path, fileName: 'system' })
    expect(warnings).toHaveLength(6)
    for (const line of warnings) expect(line).toMatch(/: (ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED|MODULE_NOT_FOUND)$/)
  })

  test('is given an empty environment, so no secret can leak into it', async () => {
    const { warnings } = await probe().extract({ path, fileName: 'environment' })
    expect(warnings).toEqual([])
  })
})

describe('a parser that misbehaves', () => {
  test('and loops for ever is ended, and the clerk reads that it took too long', async () => {
    const error = await failure(probe({ idleMs: 500 }).extract({ path, fileName: 'loop' }))
    expect(error.code).toBe('too_slow')
    expect(error.message).toMatch(/no progress/)
  })

  test('and goes on beyond the time for a whole file is ended', async () => {
    const error = await failure(probe({ totalMs: 500 }).extract({ path, fileName: 'wait' }))
    expect(error.code).toBe('too_slow')
  })

  test('and fills the memory outside the engine is ended', async () => {
    const error = await failure(probe({ memoryBytes: 300 * 2 ** 20 }).extract({ path, fileName: 'memory' }))
    expect(error.code).toBe('too_much_memory')
  })

  test('and fills the heap of the engine is reported as too much memory', async () => {
    const error = await failure(probe({ memoryBytes: 160 * 2 ** 20 }).extract({ path, fileName: 'heap' }))
    expect(error.code).toBe('too_much_memory')
  })

  test('and breaks down leaves the next file readable by a new process', async () => {
    const extractor = probe()
    for (const fileName of ['crash', 'abort'])
      expect((await failure(extractor.extract({ path, fileName }))).code).toBe('crashed')
    expect((await extractor.extract({ path, fileName: 'fine' })).warnings).toEqual(['fine'])
  })

  test('is ended at once when the person cancels, also while waiting in line', async () => {
    const extractor = probe()
    const cancel = new AbortController()
    const running = failure(extractor.extract({ path, fileName: 'loop', signal: cancel.signal }))
    const waiting = failure(extractor.extract({ path, fileName: 'fine', signal: cancel.signal }))
    const patient = extractor.extract({ path, fileName: 'fine' })
    cancel.abort()
    expect((await running).code).toBe('cancelled')
    expect((await waiting).code).toBe('cancelled')
    expect((await patient).warnings).toEqual(['fine'])
  })

  test('is ended when the product stops', async () => {
    const extractor = probe()
    const running = failure(extractor.extract({ path, fileName: 'loop' }))
    await extractor.close()
    expect((await running).code).toBe('cancelled')
  })
})

test.skipIf(!confiningWords().includes('setpriv'))(
  'when the product is killed, a process in an endless loop does not stay behind',
  async () => {
    const script = `
    const { ConfinedProcess } = await import(${JSON.stringify(new URL('./child-process.ts', import.meta.url).href)})
    const limits = { pages: 1, unpackedBytes: 1, nesting: 1, memoryBytes: 2 ** 29, idleMs: 60_000, totalMs: 60_000 }
    const confined = new ConfinedProcess(limits, { warn() {} }, ${JSON.stringify(program)})
    await confined.read({ path: ${JSON.stringify(path)}, fileName: 'fine' })
    void confined.read({ path: ${JSON.stringify(path)}, fileName: 'loop' })
    setTimeout(() => console.log(confined.pid), 200)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    expect(existsSync(`/proc/${pid}`)).toBe(true)
    parent.kill('SIGKILL')
    // A dead process whose new parent has not yet taken notice is a zombie (Z).
    await expect
      .poll(() => !existsSync(`/proc/${pid}`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')), {
        timeout: 4_000,
      })
      .toBe(true)
  },
)

test('a file that vanished from the disk is a plain error, not a hanging job', async () => {
  await expect(probe().extract({ path: join(folder, 'gone'), fileName: 'fine' })).rejects.toThrow(/ENOENT/)
})
