import { createHash } from 'node:crypto'
import { createScope, type Db, type PersonActor, rows, sql } from '../../db/index.ts'
import type { Platform } from '../../platform/index.ts'
import type { Logger } from '../../platform/log/index.ts'
import type { Auth } from './auth.ts'

export const hashSecret = (secret: string) => createHash('sha256').update(secret).digest('hex')

/**
 * Finds out who a request comes from: an API key in the Authorization header, else the sign-in cookie. Asked anew at every
 * request, so that a disabled person, a revoked sign-in or key ends at once.
 */
export function createIdentify(services: { auth: Auth; db: Db; platform: Platform; log: Logger }) {
  return async function identify(headers: Headers): Promise<PersonActor | null> {
    const authorization = headers.get('authorization')
    if (authorization) return byKey(services, authorization)
    if (!headers.get('cookie')) return null
    const found = await services.auth.api.getSession({ headers })
    if (!found || found.user.disabledAt) return null
    return {
      kind: 'person',
      personId: found.user.id,
      organisationId: found.user.organisationId,
      role: found.user.role as PersonActor['role'],
      via: { kind: 'sign-in', id: found.session.id },
    }
  }
}

async function byKey(
  services: { db: Db; platform: Platform; log: Logger },
  authorization: string,
): Promise<PersonActor | null> {
  const secret = /^Bearer (isk_[\w-]{20,100})$/.exec(authorization)?.[1]
  if (!secret) return null
  const door = createScope(services.db, {
    actor: { kind: 'door', name: 'api-key' },
    requestId: 'identify',
    log: services.log,
    platform: services.platform,
  })
  type Row = {
    id: string
    person_id: string
    scopes: string[]
    organisation_id: string
    role: PersonActor['role']
    last_used_at: Date | null
  }
  const [key] = await door.read((tx) =>
    rows<Row>(
      tx,
      sql`select k.id, k.person_id, k.scopes, p.organisation_id, p.role, k.last_used_at
      from api_keys k join people p on p.id = k.person_id
      where k.hash = ${hashSecret(secret)} and k.expires_at > now() and p.disabled_at is null`,
    ),
  )
  if (!key) return null
  await touch(services.db, key.id, key.last_used_at)
  return {
    kind: 'person',
    personId: key.person_id,
    organisationId: key.organisation_id,
    role: key.role,
    via: { kind: 'api-key', id: key.id, scopes: key.scopes },
  }
}

/** Once a minute is exact enough for "last used", and spares a write for each request. */
async function touch(db: Db, id: string, lastUsedAt: Date | null) {
  if (lastUsedAt && Date.now() - new Date(lastUsedAt).getTime() < 60_000) return
  await db.identity.execute(sql`update api_keys set last_used_at = now() where id = ${id}`)
}
