/**
 * better-auth keeps passwords and sign-ins; every door is ours. Its own HTTP routes are not mounted, so that no way in
 * exists that a guard has not named.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import type { Db } from '../../db/index.ts'
import { credentials, people, signIns, verifications } from './tables.ts'

const derive = promisify(argon2)
/** OWASP password storage cheat sheet: argon2id, 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19456, passes: 2, parallelism: 1, tagLength: 32 }

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive('argon2id', { message: password.normalize('NFKC'), nonce, ...cost })
  return `argon2id$${cost.memory}$${cost.passes}$${nonce.toString('base64url')}$${tag.toString('base64url')}`
}

export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const [kind, memory, passes, nonce, tag] = hash.split('$')
  if (kind !== 'argon2id' || !nonce || !tag) return false
  const expected = Buffer.from(tag, 'base64url')
  const actual = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: Buffer.from(nonce, 'base64url'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: cost.parallelism,
    tagLength: expected.length,
  })
  return timingSafeEqual(actual, expected)
}

const day = 24 * 3600

export function createAuth(db: Db, options: { url: string; secret: string }) {
  return betterAuth({
    baseURL: options.url,
    secret: options.secret,
    database: drizzleAdapter(db.identity, {
      provider: 'pg',
      schema: { people, sign_ins: signIns, credentials, verifications },
      // PGlite has one connection, and a transaction of its own would wait for itself.
      transaction: db.kind === 'postgres',
    }),
    user: {
      modelName: 'people',
      additionalFields: {
        organisationId: { type: 'string', required: true, input: false },
        role: { type: 'string', required: true, input: false },
        language: { type: 'string', required: false, input: false },
        theme: { type: 'string', required: false, input: false },
        disabledAt: { type: 'date', required: false, input: false },
        lastSignInAt: { type: 'date', required: false, input: false },
      },
    },
    session: { modelName: 'sign_ins', expiresIn: 7 * day, updateAge: 3600 },
    account: { modelName: 'credentials' },
    verification: { modelName: 'verifications' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 256,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    advanced: {
      database: { generateId: false },
      cookiePrefix: 'innosynth',
      useSecureCookies: options.url.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
    },
    // Our doors limit themselves, shared between replicas.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}
export type Auth = ReturnType<typeof createAuth>
