/** What an administrator needs after an install: that the product answers, whom to trust, and the way to the first account. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Configuration, urlOf } from './config.ts'
import { askProduct, fingerprintOf, ownAuthority } from './endpoint.ts'
import { readValues } from './secrets.ts'
import { writeWhole } from './state.ts'
import { type Context, Stop } from './verb.ts'

export type Greeting = {
  url: string
  /** SHA-256 of the root certificate of the proxy's own authority; null in other TLS modes. */
  fingerprint: string | null
  /** Where that certificate lies on this host. */
  authority: string | null
  /** One-time link to the first account; null once there is one. */
  link: string | null
}

export async function greeting({ dir, engine }: Context, configuration: Configuration): Promise<Greeting> {
  const own = configuration['tls.mode'] === 'internal' ? await ownAuthority(engine) : null
  const authority = join(dir, 'ca.crt')
  if (own && (await readFile(authority, 'utf8').catch(() => null)) !== own) await writeWhole(authority, own, 0o644)
  const answer = await patiently(() => askProduct(configuration, '/api/setup', own ?? undefined))
  const needed = answer.status === 200 && (JSON.parse(answer.body) as { needed?: boolean }).needed === true
  const code = needed ? (await readValues(dir)).setUp : undefined
  return {
    url: urlOf(configuration),
    fingerprint: own ? fingerprintOf(own) : null,
    authority: own ? authority : null,
    // After the hash, so that no server and no log on the way sees it.
    link: code ? `${urlOf(configuration)}/setup#code=${code}` : null,
  }
}

/** The certificate of a new address takes the proxy a moment. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  let last: unknown
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await ask()
    } catch (error) {
      last = error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  throw new Stop(
    'unreachable',
    `The services run, but the address does not answer: ${(last as Error).message}.`,
    'Look at `innosynth logs proxy`; the host name and the port must be those of innosynth.yaml.',
    4,
  )
}
