import { type PersonScope, rows, type Scope, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { hashPassword, verifyPassword } from './auth.ts'
import type { ChangeMe, ChangePassword, Me, SignInRecord } from './contract.ts'
import { iso, selectMe } from './queries.ts'
import { insertPassword } from './set-up.ts'

export const me = (scope: PersonScope): Promise<Me> => scope.read((tx) => selectMe(tx, scope.actor.personId))

export async function changeMe(scope: PersonScope, change: ChangeMe): Promise<Me> {
  return scope.write('person.change-own', async (tx, note) => {
    note({ object: { type: 'person', id: scope.actor.personId }, details: { fields: Object.keys(change) } })
    await tx.execute(sql`update people set name = coalesce(${change.name ?? null}, name), language = coalesce(${change.language ?? null}, language),
      theme = coalesce(${change.theme ?? null}, theme), updated_at = now() where id = ${scope.actor.personId}`)
    return selectMe(tx, scope.actor.personId)
  })
}

/** Checks the present password, sets the new one and ends every other sign-in. `door` holds the identity role. */
export async function changePassword(scope: PersonScope, door: Scope, input: ChangePassword): Promise<void> {
  const { personId, via } = scope.actor
  const [row] = await door.read((tx) =>
    rows<{ password: string }>(
      tx,
      sql`select password from credentials where person_id = ${personId} and provider_id = 'credential'`,
    ),
  )
  if (!row || !(await verifyPassword(row.password, input.current)))
    throw new AppError('invalid', {
      detail: 'Your present password is not right.',
      issues: [{ path: 'current', message: 'Not right.' }],
    })
  const hash = await hashPassword(input.next)
  await door.write('person.change-password', async (tx, note) => {
    note({ object: { type: 'person', id: personId }, organisationId: scope.actor.organisationId })
    await insertPassword(tx, personId, hash)
    await tx.execute(
      sql`delete from sign_ins where person_id = ${personId} and id <> ${via.kind === 'sign-in' ? via.id : personId}`,
    )
  })
}

export async function listSignIns(scope: PersonScope): Promise<{ items: SignInRecord[] }> {
  type Row = {
    id: string
    address: string | null
    user_agent: string | null
    created_at: Date
    updated_at: Date
    expires_at: Date
  }
  const found = await scope.read((tx) =>
    rows<Row>(
      tx,
      sql`select id, address, user_agent, created_at, updated_at, expires_at
    from sign_ins where person_id = ${scope.actor.personId} and expires_at > now() order by updated_at desc`,
    ),
  )
  const current = scope.actor.via.kind === 'sign-in' ? scope.actor.via.id : ''
  return {
    items: found.map((row) => ({
      id: row.id,
      current: row.id === current,
      device: deviceOf(row.user_agent),
      address: row.address || null,
      startedAt: iso(row.created_at),
      lastUsedAt: iso(row.updated_at),
      expiresAt: iso(row.expires_at),
    })),
  }
}

/** Ends one of the person's sign-ins, or all but the present one. */
export async function endSignIns(scope: PersonScope, which: { id: string } | 'others'): Promise<void> {
  const { personId, via } = scope.actor
  const current = via.kind === 'sign-in' ? via.id : personId
  await scope.write('sign-in.end', async (tx, note) => {
    note({ object: { type: 'person', id: personId }, details: { which: which === 'others' ? 'others' : which.id } })
    const ended = await rows(
      tx,
      which === 'others'
        ? sql`delete from sign_ins where person_id = ${personId} and id <> ${current} returning id`
        : sql`delete from sign_ins where person_id = ${personId} and id = ${which.id} returning id`,
    )
    if (which !== 'others' && ended.length === 0)
      throw new AppError('not_found', { detail: 'There is no such sign-in.' })
  })
}

function deviceOf(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device'
  const browser = /Edg\//.test(userAgent)
    ? 'Edge'
    : /Firefox\//.test(userAgent)
      ? 'Firefox'
      : /Chrom(e|ium)\//.test(userAgent)
        ? 'Chrome'
        : /Safari\//.test(userAgent)
          ? 'Safari'
          : 'Browser'
  const system = /Windows/.test(userAgent)
    ? 'Windows'
    : /Android/.test(userAgent)
      ? 'Android'
      : /iPhone|iPad/.test(userAgent)
        ? 'iOS'
        : /Mac OS/.test(userAgent)
          ? 'macOS'
          : /Linux/.test(userAgent)
            ? 'Linux'
            : ''
  return system ? `${browser}, ${system}` : browser
}
