/** Asks the product itself, over TLS, as a browser would: by name, at the address it listens on. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Configuration } from './config.ts'
import type { Engine } from './engine.ts'

/** Where the proxy can be reached from this host. */
export const addressOf = (configuration: Configuration) => {
  const bind = String(configuration['listen.address'])
  return bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' || bind === '[::]' ? '::1' : bind.replace(/[[\]]/g, '')
}

export type Answer = { status: number; body: string }

/** GET a path. `ca`: the root to trust, PEM; without it the certificate is not judged. Rejects where nobody answers. */
export function askProduct(configuration: Configuration, path: string, ca?: string, timeout = 5000): Promise<Answer> {
  const hostname = String(configuration.hostname)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: addressOf(configuration),
        port: Number(configuration['listen.https']),
        servername: hostname,
        path,
        headers: {
          host: configuration['listen.https'] === 443 ? hostname : `${hostname}:${configuration['listen.https']}`,
        },
        timeout,
        agent: false,
        ...(ca ? { ca } : { rejectUnauthorized: false }),
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (part: string) => (body += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', reject)
    asked.end()
  })
}

/** The certificate that the proxy shows for the host name; null where nobody answers. */
export function shownCertificate(configuration: Configuration, timeout = 5000): Promise<X509Certificate | null> {
  return new Promise((resolve) => {
    const socket = connect({
      host: addressOf(configuration),
      port: Number(configuration['listen.https']),
      servername: String(configuration.hostname),
      rejectUnauthorized: false,
      timeout,
    })
    const done = (certificate: X509Certificate | null) => {
      socket.destroy()
      resolve(certificate)
    }
    socket.once('secureConnect', () => done(socket.getPeerX509Certificate() ?? null))
    socket.once('timeout', () => done(null))
    socket.once('error', () => done(null))
  })
}

/** The root of the proxy's own authority, PEM; null while there is none. It is read out of the proxy's volume. */
export async function ownAuthority(engine: Engine): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-ca-'))
  try {
    for (const path of ['/data/caddy/pki/authorities/local/root.crt', '/data/pki/authorities/local/root.crt']) {
      const { code } = await engine.compose(['cp', `proxy:${path}`, join(folder, 'root.crt')])
      if (code === 0) return await readFile(join(folder, 'root.crt'), 'utf8')
    }
    return null
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const fingerprintOf = (pem: string) => new X509Certificate(pem).fingerprint256
