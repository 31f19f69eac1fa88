import { rows, sql, type Tx } from '../../db/index.ts'
import type { Me, Person } from './contract.ts'
import { rolePermissions } from '../access/index.ts'
import { AppError } from '../../platform/app-error.ts'

type PersonRow = {
  id: string
  name: string
  email: string
  role: Person['role']
  disabled_at: Date | string | null
  last_sign_in_at: Date | string | null
  created_at: Date | string
  invited: boolean
}

const personColumns = sql`p.id, p.name, p.email, p.role, p.disabled_at, p.last_sign_in_at, p.created_at,
  p.last_sign_in_at is null and exists (select 1 from join_links j where j.person_id = p.id) as invited`

export const iso = (value: Date | string) => new Date(value).toISOString()

export function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    state: row.disabled_at ? 'disabled' : row.invited ? 'invited' : 'active',
    lastSignInAt: row.last_sign_in_at ? iso(row.last_sign_in_at) : null,
    createdAt: iso(row.created_at),
  }
}

export async function selectPeople(tx: Tx, query: string): Promise<Person[]> {
  const found = await rows<PersonRow>(
    tx,
    sql`select ${personColumns} from people p
    where ${query === '' ? sql`true` : sql`p.name ilike ${like(query)} or p.email ilike ${like(query)}`}
    order by lower(p.name), p.id limit 500`,
  )
  return found.map(toPerson)
}

/** The person, or not found. The policy shows one organisation only. */
export async function requirePerson(tx: Tx, id: string): Promise<Person> {
  const [row] = await rows<PersonRow>(tx, sql`select ${personColumns} from people p where p.id = ${id}`)
  if (!row) throw new AppError('not_found', { detail: 'There is no such person here.' })
  return toPerson(row)
}

export async function selectMe(tx: Tx, id: string): Promise<Me> {
  type Row = {
    id: string
    name: string
    email: string
    role: Me['role']
    language: Me['language']
    theme: Me['theme']
    organisation_id: string
    organisation: string
  }
  const [row] = await rows<Row>(
    tx,
    sql`select p.id, p.name, p.email, p.role, p.language, p.theme, o.id as organisation_id, o.name as organisation
    from people p join organisations o on o.id = p.organisation_id where p.id = ${id}`,
  )
  if (!row) throw new AppError('unauthenticated', { detail: 'Sign in first.' })
  const allowed = rolePermissions[row.role]
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    language: row.language,
    theme: row.theme,
    organisation: { id: row.organisation_id, name: row.organisation },
    can: {
      upload: allowed.includes('document.create'),
      createCollection: allowed.includes('collection.create'),
      managePeople: allowed.includes('person.manage'),
      manageSettings: allowed.includes('setting.manage'),
    },
  }
}

/** A LIKE pattern that finds the words themselves. */
export const like = (text: string) => `%${text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
