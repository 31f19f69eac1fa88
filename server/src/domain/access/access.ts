/** Access lists: made with the thing they belong to, changed by their owner, told to whoever may look. */
import { type PersonScope, rows, sql, type Tx, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { AccessSummary, AccessView, Audience, ChangeAccess } from './contract.ts'

export async function createAccessList(tx: WriteTx, scope: PersonScope, audience: Audience): Promise<string> {
  const [row] = await rows<{ id: string }>(
    tx,
    sql`insert into access_lists (organisation_id, owner_id, audience)
    values (${scope.actor.organisationId}, ${scope.actor.personId}, ${audience}) returning id`,
  )
  return row!.id
}

/** Columns for a row that shows its access in a few words; `list` and `inherits` name the columns of the row. */
export const summaryColumns = (list: ReturnType<typeof sql>, inherits: ReturnType<typeof sql>) => sql`
  (select l.audience from access_lists l where l.id = ${list}) as audience,
  (select count(*)::int from access_grants g where g.access_id = ${list}) as people,
  ${inherits} as inherited`

export type AccessSummaryRow = { audience: Audience | null; people: number; inherited: boolean }
/** An owner whose document lies in a list they may no longer read sees it as private to them. */
export const accessSummary = (row: AccessSummaryRow): AccessSummary => ({
  audience: row.audience ?? 'private',
  people: row.people,
  inherited: row.inherited,
})

type Subject = {
  accessId: string
  ownerId: string
  /** The collection the setting comes from, when it is not the thing's own. */
  inheritedFrom: { id: string; name: string } | null
}

/** The whole setting, with why the reader can see the thing: answered from the rows that enforce it. */
export async function accessView(tx: Tx, scope: PersonScope, subject: Subject): Promise<AccessView> {
  const me = scope.actor.personId
  type ListRow = { audience: Audience; owner_id: string }
  const [list] = await rows<ListRow>(
    tx,
    sql`select audience, owner_id from access_lists where id = ${subject.accessId}`,
  )
  const [owner] = await rows<{ id: string; name: string }>(
    tx,
    sql`select id, name from people where id = ${subject.ownerId}`,
  )
  type GrantRow = { id: string; name: string; level: 'view' | 'edit' }
  const grants = await rows<GrantRow>(
    tx,
    sql`select p.id, p.name, g.level from access_grants g join people p on p.id = g.person_id
    where g.access_id = ${subject.accessId} order by lower(p.name)`,
  )
  const reason =
    subject.ownerId === me
      ? 'owner'
      : list?.owner_id === me
        ? 'collection-owner'
        : grants.some((grant) => grant.id === me)
          ? 'shared'
          : 'organisation'
  return {
    audience: list?.audience ?? 'private',
    owner: owner ?? { id: subject.ownerId, name: '' },
    people: grants.map(({ id, name, level }) => ({ person: { id, name }, level })),
    inheritedFrom: subject.inheritedFrom,
    reason,
  }
}

/** Replaces audience and grants of a list the acting person owns. */
export async function changeAccess(
  tx: WriteTx,
  scope: PersonScope,
  accessId: string,
  change: Extract<ChangeAccess, { inherit: false }>,
): Promise<void> {
  const changed = await rows(
    tx,
    sql`update access_lists set audience = ${change.audience} where id = ${accessId} returning id`,
  )
  if (changed.length === 0) throw new AppError('forbidden', { detail: 'Only the owner can change who sees this.' })
  await tx.execute(sql`delete from access_grants where access_id = ${accessId}`)
  const named = new Map(change.people.map((entry) => [entry.personId, entry.level]))
  named.delete(scope.actor.personId)
  const known =
    named.size === 0
      ? []
      : await rows<{ id: string }>(
          tx,
          sql`select id from people where id in (${sql.join(
            [...named.keys()].map((id) => sql`${id}`),
            sql`, `,
          )})`,
        )
  if (known.length !== named.size)
    throw new AppError('invalid', { detail: 'One of the people named is not here any more. Choose again.' })
  for (const [personId, level] of named)
    await tx.execute(
      sql`insert into access_grants (access_id, person_id, level, granted_by) values (${accessId}, ${personId}, ${level}, ${scope.actor.personId})`,
    )
}
