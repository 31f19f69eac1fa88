import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Run } from './engine.ts'
import { quietContext } from './quiet-context.ts'
import { readState, writeState } from './state.ts'
import { verb } from './uninstall.ts'

let dir: string
let images: string[]
let volumes: string[]
let removed: string[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'innosynth-uninstall-'))
  images = ['ours/app:2.0.0', 'ours/app:1.0.0', 'ours/app:3.0.0', 'innosynth/app:2.0.0']
  volumes = ['innosynth_postgres']
  removed = []
  await writeFile(join(dir, 'innosynth.yaml'), `hostname: localhost\nbackup: { dir: ${join(dir, 'kept')} }\n`)
  await writeFile(join(dir, 'docker-compose.yml'), 'services: {}\n')
  await writeFile(join(dir, '.env'), 'INNOSYNTH_IMAGES=ours\nINNOSYNTH_VERSION=2.0.0\n')
  await mkdir(join(dir, 'kept', 'postgres'), { recursive: true })
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** An engine with images and volumes; it takes away what it is told to, but an image in use. */
function uninstall(options: Record<string, boolean> = {}, inUse: string[] = []) {
  const run: Run = async (_command, args) => {
    const said = (lines: string[], code = 0) => ({
      code,
      stdout: lines.map((line) => `${line}\n`).join(''),
      stderr: '',
    })
    const patterns = args.flatMap((word) => /^reference=(.*)\/\*:(.*)$/.exec(word)?.slice(1).join('/*:') ?? [])
    if (args[0] === 'image' && args[1] === 'ls')
      return said(images.filter((name) => patterns.includes(name.replace(/\/[^:]+:/, '/*:'))))
    if (args[0] === 'image' && args[1] === 'inspect') return said(['sha256:1'], images.includes(args.at(-1)!) ? 0 : 1)
    if (args[0] === 'image' && args[1] === 'rm') {
      if (inUse.includes(args[2]!)) return said([], 1)
      removed.push(args[2]!)
      images = images.filter((name) => name !== args[2])
    }
    if (args[0] === 'volume' && args[1] === 'ls') return said(volumes)
    if (args[0] === 'volume' && args[1] === 'rm') volumes = []
    return said([])
  }
  const context = quietContext(dir, run)
  return verb.run(context, { options: { yes: true, ...options }, args: [] })
}
const upgraded = async () => writeState(dir, { ...(await readState(dir)), version: '2.0.0', previous: '1.0.0' })

it('images go under the name that .env gives them, with those kept for a rollback, and nobody else’s', async () => {
  await upgraded()
  const { code, text } = await uninstall()
  expect([code, text]).toEqual([0, 'Removed. No trace is left.'])
  expect(removed.sort()).toEqual(['ours/app:1.0.0', 'ours/app:2.0.0'])
  await expect(readdir(dir)).rejects.toThrow(/ENOENT/)
})

it('no secret stays behind that a drill or a restore had copied when it was cut off', async () => {
  await mkdir(join(dir, 'drill', 'stack', 'secrets', 'server'), { recursive: true })
  await writeFile(join(dir, 'drill', 'stack', 'secrets', 'server', 'secret'), 'copied')
  await writeFile(join(dir, 'proxy.restore'), 'authority')
  expect((await uninstall()).text).toBe('Removed. No trace is left.')
  await expect(readdir(dir)).rejects.toThrow(/ENOENT/)
})

it('images of an install that was cut off before it was recorded go too', async () => {
  expect((await uninstall()).code).toBe(0)
  expect(removed).toEqual(['ours/app:2.0.0'])
})

it('an image that another container uses stays, and the administrator is told', async () => {
  await upgraded()
  const { code, data } = await uninstall({}, ['ours/app:2.0.0'])
  expect(code).toBe(0)
  expect(data['kept']).toEqual(['image ours/app:2.0.0, which another container uses'])
})

it('with --keep-images no image goes, with --keep-data no volume, secret or backup', async () => {
  await upgraded()
  const { code, data } = await uninstall({ 'keep-images': true, 'keep-data': true })
  expect(code).toBe(0)
  expect([removed, volumes]).toEqual([[], ['innosynth_postgres']])
  expect(data['kept']).toEqual(['volume innosynth_postgres', `folder ${dir}`, `backups in ${join(dir, 'kept')}`])
  expect(await readdir(join(dir, 'kept'))).toEqual(['postgres'])
})
