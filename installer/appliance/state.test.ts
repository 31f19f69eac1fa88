import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allSecrets, ensureSecrets, filesOf, makeValues, readValues, users } from './secrets.ts'
import { lock, lockPath, readLock, readState, writeState, writeWhole } from './state.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'innosynth-state-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('the lock', () => {
  it('is held by one, and the other is told by whom', async () => {
    const held = await lock(dir, 'install')
    await expect(lock(dir, 'backup')).rejects.toThrow(`install (process ${process.pid}`)
    await held.release()
    await (await lock(dir, 'backup')).release()
    expect(await readdir(dir)).toEqual([])
  })

  it('of a process that was killed is taken over, and said so', async () => {
    const script = `import { lock } from ${JSON.stringify(new URL('./state.ts', import.meta.url).href)}
      await lock(${JSON.stringify(dir)}, 'upgrade'); process.kill(process.pid, 'SIGKILL')`
    await new Promise((done) =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' }).on('close', done),
    )
    expect(await readLock(dir)).toMatchObject({ purpose: 'upgrade', alive: false })
    const told: string[] = []
    const held = await lock(dir, 'install', (text) => told.push(text))
    expect(told.join()).toContain('upgrade')
    expect(await readLock(dir)).toMatchObject({ purpose: 'install', alive: true })
    await held.release()
  })

  it('whose process number was given to another program counts as dead', async () => {
    const held = await lock(dir, 'install')
    const owner = JSON.parse(await readFile(lockPath(dir), 'utf8'))
    await held.release()
    await writeFile(lockPath(dir), JSON.stringify({ ...owner, started: '1' }))
    expect((await readLock(dir))?.alive).toBe(false)
  })

  it('of before a restart of the host counts as dead', async () => {
    const held = await lock(dir, 'install')
    const owner = JSON.parse(await readFile(lockPath(dir), 'utf8'))
    await held.release()
    await writeFile(lockPath(dir), JSON.stringify({ ...owner, boot: 'another' }))
    await (await lock(dir, 'install')).release()
  })

  it('tells how long its holder has been silent', async () => {
    const held = await lock(dir, 'install')
    const then = new Date(Date.now() - 90_000)
    await utimes(lockPath(dir), then, then)
    expect((await readLock(dir))?.silent).toBeGreaterThanOrEqual(89)
    await held.release()
  })

  it('goes to one of twenty who come to a dead one at the same moment', async () => {
    await writeFile(
      lockPath(dir),
      JSON.stringify({ pid: 1, started: 'x', boot: 'x', purpose: 'dead', at: '', token: 'dead' }),
    )
    const tried = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => lock(dir, `hand ${i}`)))
    const got = tried.filter((one) => one.status === 'fulfilled')
    expect(got).toHaveLength(1)
    await got[0]!.value.release()
  })
})

describe('state.json', () => {
  it('is written whole: a reader beside a writer never sees a part', async () => {
    const path = join(dir, 'file')
    const contents = ['a'.repeat(200_000), 'b'.repeat(100_000)]
    await writeWhole(path, contents[0]!, 0o600)
    let going = true
    const reading = (async () => {
      while (going) expect(contents).toContain(await readFile(path, 'utf8'))
    })()
    for (let i = 0; i < 20; i++) await writeWhole(path, contents[i % 2]!, 0o600)
    going = false
    await reading
    expect(await readdir(dir)).toEqual(['file'])
  })

  it('that is damaged stops the command instead of being taken for an empty one', async () => {
    await writeState(dir, { ...(await readState(dir)), version: '1.0.0' })
    await writeFile(join(dir, 'state.json'), '{"schema":1,"vers')
    await expect(readState(dir)).rejects.toThrow('cannot be read')
  })
})

describe('secrets', () => {
  it('are 256 bits each, in files of their own for each service, closed to all but their owner', async () => {
    const made = await ensureSecrets(dir)
    expect(made.length).toBe(Object.keys(filesOf(makeValues())).length)
    for (const path of Object.keys(filesOf(makeValues()))) {
      const about = await stat(join(dir, 'secrets', path))
      expect(about.mode & 0o777).toBe(0o400)
      if (process.getuid?.() === 0) expect(about.uid).toBe(users[path.split('/')[0] as keyof typeof users])
    }
    const { owner, api, secretKey } = await readValues(dir)
    for (const value of [owner, api, secretKey]) expect(Buffer.from(value!, 'base64url')).toHaveLength(32)
  })

  it('are never written over, and a lost file comes back with the value that other services know', async () => {
    await ensureSecrets(dir)
    const before = await allSecrets(dir)
    await rm(join(dir, 'secrets/migrate/database_api_password'))
    await rm(join(dir, 'secrets/worker/secret'))
    expect(await ensureSecrets(dir)).toEqual([
      'secrets/migrate/database_api_password made',
      'secrets/worker/secret made',
    ])
    const byPath = (all: typeof before) => Object.fromEntries(all.map(({ path, value }) => [path, value]))
    expect(byPath(await allSecrets(dir))).toEqual(byPath(before))
    expect(await ensureSecrets(dir)).toEqual([])
  })
})
