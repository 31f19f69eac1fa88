import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** What PostgreSQL itself would reckon with (`scram_iterations`). */
const iterations = 4096

/**
 * What PostgreSQL keeps of a password (RFC 5802 and 7677, in the form of pg_authid.rolpassword). It is sent in the password's
 * place, so that a statement that fails or is slow, which the server writes into its log, tells nobody how to sign in.
 * `password`: ASCII, so that SASLprep changes nothing. Throws on another.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new Error('A password of the database is made of ASCII letters')
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (word: string) => createHmac('sha256', salted).update(word).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`
}
