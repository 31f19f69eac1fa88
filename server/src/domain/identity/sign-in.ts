import { RateLimiterMemory } from 'rate-limiter-flexible'
import { type Db, recordAudit, rows, type Scope, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { Auth } from './auth.ts'
import type { SignIn } from './contract.ts'
import { hashPassword, verifyPassword } from './auth.ts'

/** Wrong passwords slow down the pair of address and account, so that nobody can lock somebody else out from elsewhere. */
const attempts = new RateLimiterMemory({ points: 10, duration: 15 * 60 })
const fromAddress = new RateLimiterMemory({ points: 100, duration: 15 * 60 })
const absentHash = hashPassword('nobody has this password')

/** Signs in and gives the cookies to set. The refusal is the same for a wrong password, an unknown and a disabled person. */
export async function signIn(
  services: { auth: Auth; db: Db },
  door: Scope,
  input: SignIn,
  headers: Headers,
): Promise<{ personId: string; cookies: string[] }> {
  const pair = `${door.address ?? '-'} ${input.email}`
  await limited(attempts, pair)
  await limited(fromAddress, door.address ?? '-')
  type Row = { id: string; organisation_id: string; disabled_at: Date | null }
  const [person] = await door.read((tx) =>
    rows<Row>(tx, sql`select id, organisation_id, disabled_at from people where lower(email) = ${input.email}`),
  )
  const about = person ? { object: { type: 'person', id: person.id }, organisationId: person.organisation_id } : {}
  const refused = new AppError('unauthenticated', { detail: 'E-mail or password is not right.' })
  if (!person || person.disabled_at) {
    // As much work as for somebody who exists, so that the clock tells nothing.
    await verifyPassword(await absentHash, input.password)
    await recordAudit(services.db, door, 'sign-in', 'refused', about)
    throw refused
  }
  const result = await services.auth.api
    .signInEmail({ body: { email: input.email, password: input.password }, headers, returnHeaders: true })
    .catch(() => null)
  if (!result) {
    await recordAudit(services.db, door, 'sign-in', 'refused', about)
    throw refused
  }
  await attempts.delete(pair)
  // Only failures count: a whole office may come in from one address.
  await fromAddress.reward(door.address ?? '-')
  await door.write('sign-in', async (tx, note) => {
    note(about)
    await tx.execute(sql`update people set last_sign_in_at = now() where id = ${person.id}`)
  })
  return { personId: person.id, cookies: result.headers.getSetCookie() }
}

async function limited(limiter: RateLimiterMemory, key: string) {
  try {
    await limiter.consume(key)
  } catch (left) {
    const seconds = Math.ceil(((left as { msBeforeNext?: number }).msBeforeNext ?? 60_000) / 1000)
    throw new AppError('limit_reached', {
      detail: `Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`,
      retryAfter: seconds,
    })
  }
}
