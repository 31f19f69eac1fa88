import { randomBytes } from 'node:crypto'
import { type PersonScope, rows, type Scope, sql, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { hashPassword } from './auth.ts'
import type { AddPerson, ChangePerson, JoinLink, Person } from './contract.ts'
import { hashSecret } from './identify.ts'
import { iso, like, requirePerson, selectPeople } from './queries.ts'
import { insertPassword, insertPerson } from './set-up.ts'

const joinDays = 7

export async function listPeople(scope: PersonScope, query: string): Promise<{ items: Person[] }> {
  return { items: await scope.read((tx) => selectPeople(tx, query.trim())) }
}

/** For the share picker: names alone, nobody who is disabled. */
export async function findPeople(scope: PersonScope, query: string) {
  const found = await scope.read((tx) =>
    rows<{ id: string; name: string }>(
      tx,
      sql`select id, name from people
      where disabled_at is null and id <> ${scope.actor.personId} and (name ilike ${like(query.trim())} or email ilike ${like(query.trim())})
      order by lower(name) limit 20`,
    ),
  )
  return { items: found }
}

export async function addPerson(
  scope: PersonScope,
  input: AddPerson,
  url: string,
): Promise<{ person: Person; join: JoinLink }> {
  requireHigher(scope, input.role)
  return scope.write('person.add', async (tx, note) => {
    const [taken] = await rows(tx, sql`select 1 from people where lower(email) = ${input.email}`)
    if (taken)
      throw new AppError('conflict', {
        detail: 'Somebody with this e-mail address is here already.',
        issues: [{ path: 'email', message: 'This address is taken.' }],
      })
    const id = await insertPerson(tx, { ...input, organisationId: scope.actor.organisationId }).catch(
      (cause: unknown) => {
        throw new AppError('conflict', { detail: 'This e-mail address cannot be used here.', cause })
      },
    )
    note({ object: { type: 'person', id }, details: { role: input.role } })
    const join = await insertJoinLink(tx, id, url)
    return { person: await requirePerson(tx, id), join }
  })
}

export async function renewJoinLink(scope: PersonScope, id: string, url: string): Promise<JoinLink> {
  return scope.write('person.join-link', async (tx, note) => {
    const person = await requirePerson(tx, id)
    requireHigher(scope, person.role)
    note({ object: { type: 'person', id } })
    await tx.execute(sql`delete from join_links where person_id = ${id}`)
    return insertJoinLink(tx, id, url)
  })
}

export async function changePerson(scope: PersonScope, id: string, change: ChangePerson): Promise<Person> {
  return scope.write('person.change', async (tx, note) => {
    // Two owners who remove each other in the same moment would both still see the other.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`owners ${scope.actor.organisationId}`}))`)
    const before = await requirePerson(tx, id)
    requireHigher(scope, before.role)
    if (change.role) requireHigher(scope, change.role)
    if (id === scope.actor.personId && (change.disabled || (change.role && change.role !== before.role)))
      throw new AppError('conflict', {
        detail: 'You cannot disable yourself or change your own role. Ask another administrator.',
      })
    if (before.role === 'owner' && (change.disabled || (change.role && change.role !== 'owner')))
      await requireAnotherOwner(tx, id)
    note({
      object: { type: 'person', id },
      details: { before: { role: before.role, state: before.state }, after: change },
    })
    await tx.execute(sql`update people set
      name = coalesce(${change.name ?? null}, name), role = coalesce(${change.role ?? null}, role),
      disabled_at = ${change.disabled === undefined ? sql`disabled_at` : change.disabled ? sql`coalesce(disabled_at, now())` : sql`null`},
      updated_at = now() where id = ${id}`)
    // A disabled person, or one with another role, starts from the sign-in page.
    if (change.disabled || (change.role && change.role !== before.role))
      await tx.execute(sql`delete from sign_ins where person_id = ${id}`)
    return requirePerson(tx, id)
  })
}

/** Whom a join link is for; not found when it is used up, expired or made up. */
export async function joinState(door: Scope, token: string) {
  const link = await door.read((tx) => selectJoinLink(tx, token))
  return { organisation: link.organisation, name: link.name, email: link.email }
}

/** Sets the password of the person a link was made for. The link works once. */
export async function join(door: Scope, token: string, password: string): Promise<{ email: string }> {
  const hash = await hashPassword(password)
  return door.write('person.join', async (tx, note) => {
    const link = await selectJoinLink(tx, token)
    // Of two that come with the same link, one finds it gone.
    const used = await rows(tx, sql`delete from join_links where person_id = ${link.personId} returning hash`)
    if (used.length === 0) throw linkGone()
    await tx.execute(sql`delete from sign_ins where person_id = ${link.personId}`)
    await insertPassword(tx, link.personId, hash)
    note({ object: { type: 'person', id: link.personId }, organisationId: link.organisationId })
    return { email: link.email }
  })
}

async function selectJoinLink(tx: Parameters<Parameters<Scope['read']>[0]>[0], token: string) {
  type Row = { personId: string; organisationId: string; organisation: string; name: string; email: string }
  const [link] = await rows<Row>(
    tx,
    sql`select p.id as "personId", p.organisation_id as "organisationId", o.name as organisation, p.name, p.email
    from join_links j join people p on p.id = j.person_id join organisations o on o.id = p.organisation_id
    where j.hash = ${hashSecret(token)} and j.expires_at > now() and p.disabled_at is null`,
  )
  if (!link)
    throw new AppError('not_found', {
      detail: 'This link has been used or has expired. Ask an administrator for a new one.',
    })
  return link
}

const linkGone = () =>
  new AppError('not_found', { detail: 'This link has been used or has expired. Ask an administrator for a new one.' })

export async function insertJoinLink(tx: WriteTx, personId: string, url: string): Promise<JoinLink> {
  const token = randomBytes(24).toString('base64url')
  const expiresAt = new Date(Date.now() + joinDays * 24 * 3600 * 1000)
  await tx.execute(
    sql`insert into join_links (hash, person_id, expires_at) values (${hashSecret(token)}, ${personId}, ${expiresAt.toISOString()})`,
  )
  return { url: `${url}/join/${token}`, expiresAt: iso(expiresAt) }
}

/** Only owners touch owners. */
function requireHigher(scope: PersonScope, role: string) {
  if (role === 'owner' && scope.actor.role !== 'owner')
    throw new AppError('forbidden', { detail: 'Only an owner can do that for an owner.' })
}

async function requireAnotherOwner(tx: WriteTx, id: string) {
  const others = await rows(tx, sql`select 1 from people where role = 'owner' and disabled_at is null and id <> ${id}`)
  if (others.length === 0)
    throw new AppError('conflict', { detail: 'This is the last owner. Make somebody else an owner first.' })
}
