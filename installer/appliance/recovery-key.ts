/**
 * Seals configuration and secrets of a backup for whoever holds the recovery key. The host keeps the public half alone, so
 * that backups are made unattended and neither a stolen disk nor a stolen backup opens them. X25519 with a fresh key for
 * each seal, HKDF-SHA-256, AES-256-GCM (RFC 7748, 5869, 5116).
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from './state.ts'
import { Stop } from './verb.ts'

const privateHead = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicHead = Buffer.from('302a300506032b656e032100', 'hex')
const mark = Buffer.from('INNOSYNTH-SEALED-1\n')
const word = 'innosynth-recovery-'

export const publicKeyFile = 'recovery.pub'
/** The private half lies here after it was made, until an administrator takes it away. */
export const privateKeyFile = 'recovery-key.txt'

const rawPublic = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).subarray(publicHead.length)
const publicFrom = (raw: Uint8Array) =>
  createPublicKey({ key: Buffer.concat([publicHead, raw]), type: 'spki', format: 'der' })

/** Both halves as text. */
export function makeRecoveryKey(): { privateText: string; publicText: string } {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const raw = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(privateHead.length)
  return { privateText: word + raw.toString('base64url'), publicText: rawPublic(publicKey).toString('base64url') }
}

/** First 16 hexadecimal digits of the SHA-256 of the public half. */
export const fingerprintOf = (publicText: string) =>
  createHash('sha256').update(Buffer.from(publicText.trim(), 'base64url')).digest('hex').slice(0, 16)

export function seal(publicText: string, content: Uint8Array): Buffer {
  const theirs = publicFrom(Buffer.from(publicText.trim(), 'base64url'))
  const mine = generateKeyPairSync('x25519')
  const minePublic = rawPublic(mine.publicKey)
  const key = derive(diffieHellman({ privateKey: mine.privateKey, publicKey: theirs }), minePublic)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(mark)
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([mark, minePublic, nonce, cipher.getAuthTag(), sealed])
}

/** Throws Stop 'recovery-key' where the key is not the right one or the bytes are not what was sealed. */
export function unseal(privateText: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed)
  const at = mark.length
  try {
    if (!bytes.subarray(0, at).equals(mark)) throw new Error('another format')
    const theirs = bytes.subarray(at, at + 32)
    const raw = Buffer.from(privateText.trim().replace(word, ''), 'base64url')
    const privateKey = createPrivateKey({ key: Buffer.concat([privateHead, raw]), type: 'pkcs8', format: 'der' })
    const key = derive(diffieHellman({ privateKey, publicKey: publicFrom(theirs) }), theirs)
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(at + 32, at + 44))
    cipher.setAAD(mark)
    cipher.setAuthTag(bytes.subarray(at + 44, at + 60))
    return Buffer.concat([cipher.update(bytes.subarray(at + 60)), cipher.final()])
  } catch {
    throw new Stop(
      'recovery-key',
      'This recovery key does not open the configuration of this set, or the set was changed.',
      'Use the key whose fingerprint `innosynth backup list` shows.',
    )
  }
}

const derive = (shared: Buffer, context: Uint8Array) =>
  Buffer.from(hkdfSync('sha256', shared, context, 'innosynth recovery key', 32))

/**
 * The public half, made at the first call; `made` is then the file with the private half. The private half itself is given
 * to nobody: output ends in logs and journals.
 */
export async function ensureRecoveryKey(dir: string): Promise<{ publicText: string; made: string | null }> {
  const present = await readFile(join(dir, publicKeyFile), 'utf8').catch(() => null)
  if (present) return { publicText: present.trim(), made: null }
  const { privateText, publicText } = makeRecoveryKey()
  // The private half first: cut off between the two, the next run makes another pair and nothing was sealed for this one.
  await writeWhole(join(dir, privateKeyFile), `${privateText}\n`, 0o400)
  await writeWhole(join(dir, publicKeyFile), `${publicText}\n`, 0o644)
  return { publicText, made: join(dir, privateKeyFile) }
}

/** What an administrator must be told about the file. */
export const takeKeyAway = (file: string) =>
  `The recovery key lies in ${file}. Without it no backup can be restored on another host: keep it where neither this host nor its backups can be reached from, then remove the file.`
