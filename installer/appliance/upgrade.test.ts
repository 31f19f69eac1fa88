import { createPrivateKey } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sealBundle } from './bundle-seal.ts'
import { newKeys } from './bundle-signature.ts'
import type { Run } from './engine.ts'
import { verb } from './upgrade.ts'
import type { Context } from './verb.ts'

const keys = newKeys()
let folder: string
let bundle: string
const program = () => join(bundle, 'installer/appliance/main.ts')
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'innosynth-upgrade-'))
  bundle = join(folder, 'bundle')
  for (const part of ['installer/appliance', 'images']) await mkdir(join(bundle, part), { recursive: true })
  await writeFile(program(), 'the command line of the new version')
  await writeFile(join(bundle, 'images/app.tar.zst'), 'layers')
  await writeFile(join(folder, 'signer.pub'), keys.publicKey)
  await sealBundle(
    bundle,
    {
      format: 1,
      product: 'innosynth',
      version: '1.2.0',
      minFromVersion: '1.1.0',
      arch: 'amd64',
      revision: 'abc',
      created: '2026-11-24T00:00:00.000Z',
      migrations: [],
      images: [],
    },
    createPrivateKey(keys.privateKey),
  )
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Upgrades, and gives the programs that were started. */
async function upgrade(): Promise<{ started: string[]; ended: Promise<unknown> }> {
  const started: string[] = []
  const run: Run = async (_command, args) => {
    started.push(args.join(' '))
    return { code: 0, stdout: '{"code":0,"from":"1.1.0","to":"1.2.0","seconds":1}\n', stderr: '' }
  }
  const context = { dir: join(folder, 'deploy'), run, say: () => {} } as unknown as Context
  const ended = verb.run(context, { options: { key: join(folder, 'signer.pub') }, args: [bundle] })
  await ended.catch(() => {})
  return { started, ended }
}

test('a signed bundle does its own upgrade', async () => {
  const { started, ended } = await upgrade()
  expect(await ended).toMatchObject({ code: 0, text: 'Version 1.2.0 runs; it was 1.1.0 (1 s).' })
  expect(started).toHaveLength(1)
  expect(started[0]).toContain(program())
})

test.each([
  ['is not the one that was signed', 'altered', () => writeFile(program(), 'the command line of somebody else !')],
  [
    'has a neighbour that was not signed',
    'unexpected',
    async () => {
      await mkdir(join(bundle, 'installer/node_modules/yaml'), { recursive: true })
      await writeFile(join(bundle, 'installer/node_modules/yaml/index.js'), 'taken before the signed one')
    },
  ],
])('nothing of a bundle runs whose command line %s, though its manifest is signed', async (_what, word, spoil) => {
  await spoil()
  const { started, ended } = await upgrade()
  await expect(ended).rejects.toMatchObject({ word })
  expect(started).toEqual([])
})
