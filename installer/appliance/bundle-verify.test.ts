import { createPrivateKey, createPublicKey } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareVersions, hostArch, type Manifest, type Refusal } from './bundle-manifest.ts'
import { sealBundle } from './bundle-seal.ts'
import { newKeys } from './bundle-signature.ts'
import { verifyBundle } from './bundle-verify.ts'

const keys = newKeys()
const key = createPublicKey(keys.publicKey)
const signer = createPrivateKey(keys.privateKey)
const facts: Omit<Manifest, 'files'> = {
  format: 1,
  product: 'innosynth',
  version: '1.2.0',
  minFromVersion: '1.1.0',
  arch: 'amd64',
  revision: 'abc',
  created: '2026-11-24T00:00:00.000Z',
  migrations: ['0000_spine.sql'],
  images: [
    { reference: 'innosynth/app:1.2.0', file: 'images/app.tar.zst', ids: [`sha256:${'a'.repeat(64)}`] },
    { reference: 'innosynth/proxy:1.2.0', file: 'images/proxy.tar.zst', ids: [`sha256:${'b'.repeat(64)}`] },
  ],
}

let bundle: string
beforeEach(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'innosynth-bundle-'))
  await put('images/app.tar.zst', 'the layers of the app')
  await put('images/proxy.tar.zst', 'the layers of the web')
  await put('docker-compose.yml', 'services: {}')
  await sealBundle(bundle, facts, signer)
})
afterEach(() => rm(bundle, { recursive: true, force: true }))

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(bundle, path)), { recursive: true })
  await writeFile(join(bundle, path), text)
}
const verify = (options: Partial<Parameters<typeof verifyBundle>[1]> = {}) =>
  verifyBundle(bundle, { key, arch: 'amd64', ...options })
const refusedAs = (refusal: Refusal, options?: Parameters<typeof verify>[0]) =>
  expect(verify(options)).rejects.toMatchObject({ name: 'BundleRefused', refusal })

test('a whole bundle is taken, and each byte is read once', async () => {
  let last = 0
  let total = 0
  const manifest = await verify({ onProgress: (read, all) => ([last, total] = [read, all]) })
  expect(manifest.version).toBe('1.2.0')
  expect(last).toBe(total)
  expect(total).toBe(manifest.files.reduce((sum, file) => sum + file.size, 0))
})

test('a flipped byte is refused', async () => {
  const file = join(bundle, 'images/app.tar.zst')
  const bytes = await readFile(file)
  bytes[3]! ^= 1
  await writeFile(file, bytes)
  await refusedAs('altered')
})

test('an image under the name of another is refused, of the same length too', async () => {
  await cp(join(bundle, 'images/proxy.tar.zst'), join(bundle, 'images/app.tar.zst'))
  await refusedAs('altered')
})

test('a file that ends early is refused before anything is read', async () => {
  await truncate(join(bundle, 'images/app.tar.zst'), 5)
  await refusedAs('truncated', { onProgress: () => expect.unreachable('nothing is read of a bundle cut short') })
})

test('a file that is not there, or is there and not listed, is refused', async () => {
  await rm(join(bundle, 'docker-compose.yml'))
  await refusedAs('missing')
  await put('docker-compose.yml', 'services: {}')
  await put('compose/extra.yml', 'services: {}')
  await refusedAs('unexpected')
})

test('a link in the place of a file is refused', async () => {
  await rm(join(bundle, 'docker-compose.yml'))
  await symlink('/etc/hostname', join(bundle, 'docker-compose.yml'))
  await refusedAs('altered')
})

test('a manifest changed after signing is refused', async () => {
  const file = join(bundle, 'manifest.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"1.2.0"', '"9.9.9"'))
  await refusedAs('signature')
})

test('a bundle signed by someone else, badly, or not at all is refused', async () => {
  await refusedAs('signature', { key: createPublicKey(newKeys().publicKey) })
  await truncate(join(bundle, 'manifest.sig'), 32)
  await refusedAs('signature')
  await rm(join(bundle, 'manifest.sig'))
  await refusedAs('signature')
})

test('an older version replayed is refused; the same one is taken', async () => {
  await refusedAs('replayed', { installed: '1.2.1' })
  await refusedAs('replayed', { installed: '1.10.0' })
  expect((await verify({ installed: '1.2.0' })).version).toBe('1.2.0')
})

test('a bundle for another architecture is refused', async () => {
  await refusedAs('architecture', { arch: 'arm64' })
  expect(hostArch('x64')).toBe('amd64')
  expect(() => hostArch('s390x')).toThrow(/no bundle for/)
})

test('a signed manifest that leads out of the bundle is refused', async () => {
  for (const path of ['../outside', '/etc/passwd', 'a//b', './a', 'manifest.json']) {
    await sealBundle(bundle, facts, signer, (files) => [...files, { path, size: 1, sha256: 'a'.repeat(64) }])
    await refusedAs('format')
  }
})

test('a folder that is no bundle is named so', async () => {
  await rm(join(bundle, 'manifest.json'))
  await refusedAs('missing')
})

test('versions are ordered as semantic versions', () => {
  const ordered = ['0.9.9', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1', '1.2.0', '1.10.0']
  expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered)
  expect(() => compareVersions('latest', '1.0.0')).toThrow(/not a version/)
})
