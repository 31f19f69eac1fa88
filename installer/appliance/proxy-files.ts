/** Certificates that the administrator brings, copied to where the proxy reads them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration, Key } from './config.ts'
import { hashOf } from './deployment.ts'
import { secretsFolder, writeSecretFile, type Service } from './secrets.ts'
import { Stop } from './verb.ts'

/** Every file is there in every mode, empty where it is not needed, since compose mounts what is named. */
const brought: { path: `${Service}/${string}`; key: Key; when: (configuration: Configuration) => boolean }[] = [
  { path: 'proxy/tls.crt', key: 'tls.certificate', when: (c) => c['tls.mode'] === 'byo' },
  { path: 'proxy/tls.key', key: 'tls.key', when: (c) => c['tls.mode'] === 'byo' },
  { path: 'proxy/acme_ca.crt', key: 'tls.authority', when: (c) => c['tls.mode'] === 'acme-private' },
  { path: 'bridge/anthropic_key', key: 'bridge.anthropic_key_file', when: (c) => c['extras.bridge'] === true },
  { path: 'bridge/openai_key', key: 'bridge.openai_key_file', when: (c) => c['extras.bridge'] === true },
]

/** Gives what differs: the path below secrets/ and its new content. Throws where a file cannot be read. */
export async function broughtFiles(
  dir: string,
  configuration: Configuration,
): Promise<{ path: `${Service}/${string}`; content: string }[]> {
  const changes = []
  for (const { path, key, when } of brought) {
    const from = when(configuration) ? (configuration[key] as string | null) : null
    const content = from
      ? await readFile(from, 'utf8').catch(() => {
          throw new Stop('config', `${key} names ${from}, which cannot be read.`)
        })
      : ''
    const present = await readFile(join(secretsFolder(dir), path), 'utf8').catch(() => null)
    if (present === null || hashOf(present) !== hashOf(content)) changes.push({ path, content })
  }
  return changes
}

export async function writeBrought(dir: string, configuration: Configuration): Promise<string[]> {
  const changes = await broughtFiles(dir, configuration)
  for (const { path, content } of changes) await writeSecretFile(dir, path, content)
  return changes.map(({ path }) => `secrets/${path} written`)
}
