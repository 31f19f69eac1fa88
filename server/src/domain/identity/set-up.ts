import { timingSafeEqual } from 'node:crypto'
import { rows, type Scope, sql, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import { hashPassword } from './auth.ts'
import type { SetUp } from './contract.ts'
import { hashSecret } from './identify.ts'

/** The one-time code of a fresh installation. Kept in memory and printed at start; gone once there is an organisation. */
export type SetUpCode = { current: string | null }

export async function isSetUp(door: Scope): Promise<{ organisation: string | null }> {
  const [first] = await door.read((tx) =>
    rows<{ name: string }>(tx, sql`select name from organisations order by created_at limit 1`),
  )
  return { organisation: first?.name ?? null }
}

/** Makes the organisation and its owner, once. Of two that come at the same time, one is told it is done already. */
export async function setUp(door: Scope, code: SetUpCode, input: SetUp): Promise<{ personId: string }> {
  if (code.current === null) throw done()
  if (!timingSafeEqual(Buffer.from(hashSecret(code.current)), Buffer.from(hashSecret(input.code.toUpperCase()))))
    throw new AppError('forbidden', {
      detail: 'This set-up code is not right. It is printed where the server was started.',
      issues: [{ path: 'code', message: 'This set-up code is not right.' }],
    })
  const hash = await hashPassword(input.password)
  const personId = await door.write('organisation.set-up', async (tx, note) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('innosynth set-up'))`)
    const existing = await rows(tx, sql`select 1 from organisations`)
    if (existing.length > 0) throw done()
    const [organisation] = await rows<{ id: string }>(
      tx,
      sql`insert into organisations (name) values (${input.organisation}) returning id`,
    )
    const id = await insertPerson(tx, { ...input, organisationId: organisation!.id, role: 'owner' })
    await insertPassword(tx, id, hash)
    note({ object: { type: 'organisation', id: organisation!.id }, organisationId: organisation!.id })
    return id
  })
  code.current = null
  return { personId }
}

export async function insertPerson(
  tx: WriteTx,
  person: { name: string; email: string; organisationId: string; role: string; language?: string },
) {
  const [row] = await rows<{ id: string }>(
    tx,
    sql`insert into people (name, email, organisation_id, role, language)
    values (${person.name}, ${person.email}, ${person.organisationId}, ${person.role}, ${person.language ?? 'en'}) returning id`,
  )
  return row!.id
}

/** The account row better-auth reads at a password sign-in. Runs under the identity role. */
export async function insertPassword(tx: WriteTx, personId: string, hash: string) {
  await tx.execute(sql`delete from credentials where person_id = ${personId} and provider_id = 'credential'`)
  await tx.execute(
    sql`insert into credentials (account_id, provider_id, person_id, password) values (${personId}, 'credential', ${personId}, ${hash})`,
  )
}

const done = () => new AppError('conflict', { detail: 'This installation is set up already. Sign in instead.' })
