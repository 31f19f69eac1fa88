/**
 * One Ed25519 signature (RFC 8032) over the manifest covers the whole bundle. `manifest.sig` holds the 64 raw bytes, so that
 * anyone can check it without us:
 *   openssl pkeyutl -verify -pubin -inkey release-key.pub -rawin -in manifest.json -sigfile manifest.sig
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BundleRefused } from './bundle-manifest.ts'

/** The key that releases are signed with, shipped beside this file. */
export const releaseKeyFile = new URL('./release-key.pub', import.meta.url)

export async function readPublicKey(file: string | URL): Promise<KeyObject> {
  return key(file, await readFile(file).catch(() => undefined), createPublicKey)
}

export async function readPrivateKey(file: string): Promise<KeyObject> {
  return key(file, await readFile(file).catch(() => undefined), createPrivateKey)
}

function key(file: string | URL, pem: Buffer | undefined, create: (pem: Buffer) => KeyObject): KeyObject {
  if (!pem) throw new BundleRefused('signature', `The key ${String(file)} cannot be read.`)
  let read: KeyObject
  try {
    read = create(pem)
  } catch {
    throw new BundleRefused('signature', `${String(file)} is not a key in PEM form.`)
  }
  if (read.asymmetricKeyType !== 'ed25519')
    throw new BundleRefused('signature', `${String(file)} is not an Ed25519 key.`)
  return read
}

export const signManifest = (manifest: Buffer, key: KeyObject): Buffer => sign(null, manifest, key)

/** Throws BundleRefused `signature` unless `signature` is this key's over exactly these bytes. */
export function checkSignature(manifest: Buffer, signature: Buffer, key: KeyObject): void {
  if (signature.length !== 64 || !verify(null, manifest, key, signature))
    throw new BundleRefused(
      'signature',
      `The signature does not fit the manifest and the key ${fingerprint(key)}: the bundle was changed, or it was signed by someone else.`,
    )
}

/** SHA-256 of the public key in DER, as people compare it: "SHA256:0a1b…". */
export function fingerprint(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key
  return `SHA256:${createHash('sha256')
    .update(open.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`
}

/** A new pair in PEM form. The private half never leaves the place where bundles are made. */
export function newKeys(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}
