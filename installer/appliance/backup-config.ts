/** Configuration, secrets and TLS material as one sealed file of a set. */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { configurationFile } from './deployment.ts'
import { publicKeyFile, seal, unseal } from './recovery-key.ts'
import { secretsFolder, users } from './secrets.ts'
import { writeWhole } from './state.ts'
import type { Context } from './verb.ts'

type Packed = {
  /** Path below the deployment folder → base64. */
  files: Record<string, { content: string; mode: number }>
  /** The proxy's own authority and certificates, a tar in base64; null where the proxy did not run. */
  proxy: string | null
}

/** Seals what the deployment folder needs to be made anew on an empty host. */
export async function packConfiguration({ dir, engine }: Context, publicText: string): Promise<Buffer> {
  const packed: Packed = { files: {}, proxy: await readProxy(engine) }
  for (const path of [configurationFile, '.env', 'state.json', 'docker-compose.yml', publicKeyFile])
    await take(packed, dir, path, 0o644)
  for (const entry of await readdir(join(dir, 'compose'), { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile()) await take(packed, dir, join(entry.parentPath, entry.name).slice(dir.length + 1), 0o644)
  // Empty ones too: a service that has no such secret still mounts the file.
  for (const entry of await readdir(secretsFolder(dir), { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile() && !entry.name.endsWith('.tmp'))
      await take(packed, dir, join(entry.parentPath, entry.name).slice(dir.length + 1), 0o400)
  return seal(publicText, gzipSync(JSON.stringify(packed)))
}

async function take(packed: Packed, dir: string, path: string, mode: number): Promise<void> {
  const content = await readFile(join(dir, path)).catch(() => null)
  const executable = content?.subarray(0, 2).toString() === '#!' ? 0o111 : 0
  if (content) packed.files[path] = { content: content.toString('base64'), mode: mode | executable }
}

/** Caddy keeps its authority in a volume, which a lost host takes along; without it every browser would have to trust anew. */
async function readProxy(engine: Context['engine']): Promise<string | null> {
  const { code, stdout } = await engine.compose(
    ['exec', '-T', 'proxy', 'sh', '-c', 'tar -C /data -cz . | base64 -w 0'],
    { timeout: 60_000 },
  )
  return code === 0 && stdout.trim() ? stdout.trim() : null
}

/** The proxy's tar waits here until its volume can be made; gone once it is in it. */
export const proxyFile = 'proxy.restore'

/** Writes the deployment folder anew. Returns the paths written. */
export async function unpackConfiguration(dir: string, sealed: Uint8Array, privateText: string): Promise<string[]> {
  const packed = JSON.parse(gunzipSync(unseal(privateText, sealed)).toString()) as Packed
  const paths = Object.keys(packed.files)
  for (const path of paths) {
    if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`${path} leads out of the folder`)
    const { content, mode } = packed.files[path]!
    await writeWhole(join(dir, path), Buffer.from(content, 'base64'), mode, ownerOf(path))
  }
  if (packed.proxy) await writeWhole(join(dir, proxyFile), packed.proxy, 0o600)
  return paths
}

function ownerOf(path: string): number | undefined {
  const [top, service] = path.split('/')
  return top === 'secrets' && service && service in users ? users[service as keyof typeof users] : undefined
}

/** Puts the proxy's authority into its fresh volume, unless it has one. Nothing where none waits. */
export async function restoreProxy({ dir, engine }: Context): Promise<void> {
  const tar = await readFile(join(dir, proxyFile), 'utf8').catch(() => null)
  if (tar === null) return
  await engine.mustCompose(
    'Putting the certificates of the proxy back',
    [
      ...['run', '--rm', '--no-deps', '-T', '--entrypoint', 'sh', 'proxy', '-c'],
      '[ -e /data/caddy/pki ] || base64 -d | tar -C /data -xz',
    ],
    { input: tar },
  )
  await rm(join(dir, proxyFile))
}
