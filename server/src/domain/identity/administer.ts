/** What an administrator of the host may do for people who cannot get in. Acts through the identity door, always audited. */
import { type Scope, sql, rows } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { JoinLink, Person } from './contract.ts'
import { insertJoinLink } from './people.ts'
import { requirePerson, selectPeople } from './queries.ts'
import { insertPerson } from './set-up.ts'

export const everyPerson = (door: Scope): Promise<Person[]> => door.read((tx) => selectPeople(tx, ''))

/** A one-time link on which the person chooses a new password; their open sign-ins end when it is used. */
export async function resetPassword(door: Scope, email: string, url: string): Promise<JoinLink> {
  return door.write('person.reset-password', async (tx, note) => {
    const { id, organisationId } = await byEmail(tx, email)
    note({ object: { type: 'person', id }, organisationId, details: { by: 'host' } })
    await tx.execute(sql`delete from join_links where person_id = ${id}`)
    return insertJoinLink(tx, id, url)
  })
}

/** Lets somebody in again who was disabled. */
export async function unlock(door: Scope, email: string): Promise<Person> {
  return door.write('person.unlock', async (tx, note) => {
    const { id, organisationId } = await byEmail(tx, email)
    note({ object: { type: 'person', id }, organisationId, details: { by: 'host' } })
    await tx.execute(sql`update people set disabled_at = null, updated_at = now() where id = ${id}`)
    return requirePerson(tx, id)
  })
}

/** A further owner, or one more chance for a known person to be one, with a link to choose a password. */
export async function createOwner(door: Scope, email: string, name: string, url: string): Promise<JoinLink> {
  return door.write('person.create-owner', async (tx, note) => {
    const [organisation] = await rows<{ id: string }>(tx, sql`select id from organisations order by created_at limit 1`)
    if (!organisation)
      throw new AppError('precondition', {
        detail: 'This installation is not set up yet. Use the link of the installer.',
      })
    const [known] = await rows<{ id: string }>(
      tx,
      sql`select id from people where lower(email) = ${email.toLowerCase()}`,
    )
    const id =
      known?.id ??
      (await insertPerson(tx, { name, email: email.toLowerCase(), organisationId: organisation.id, role: 'owner' }))
    await tx.execute(sql`update people set role = 'owner', disabled_at = null, updated_at = now() where id = ${id}`)
    await tx.execute(sql`delete from join_links where person_id = ${id}`)
    note({ object: { type: 'person', id }, organisationId: organisation.id, details: { by: 'host', new: !known } })
    return insertJoinLink(tx, id, url)
  })
}

async function byEmail(tx: Parameters<Parameters<Scope['read']>[0]>[0], email: string) {
  type Row = { id: string; organisationId: string }
  const [person] = await rows<Row>(
    tx,
    sql`select id, organisation_id as "organisationId" from people where lower(email) = ${email.toLowerCase()}`,
  )
  if (!person) throw new AppError('not_found', { detail: `There is nobody with the address ${email}.` })
  return person
}
