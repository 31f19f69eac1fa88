import { randomBytes } from 'node:crypto'
import { type PersonScope, rows, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { ApiKey, CreateApiKey, KeyScope } from './contract.ts'
import { hashSecret } from './identify.ts'
import { iso } from './queries.ts'

type Row = {
  id: string
  name: string
  prefix: string
  scopes: KeyScope[]
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
}
const columns = sql`id, name, prefix, scopes, created_at, expires_at, last_used_at`
const toKey = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: iso(row.created_at),
  expiresAt: iso(row.expires_at),
  lastUsedAt: row.last_used_at ? iso(row.last_used_at) : null,
})

export async function listKeys(scope: PersonScope): Promise<{ items: ApiKey[] }> {
  const found = await scope.read((tx) => rows<Row>(tx, sql`select ${columns} from api_keys order by created_at desc`))
  return { items: found.map(toKey) }
}

/** The secret is given back once and never again. */
export async function createKey(scope: PersonScope, input: CreateApiKey): Promise<{ key: ApiKey; secret: string }> {
  const secret = `isk_${randomBytes(30).toString('base64url')}`
  return scope.write('api-key.create', async (tx, note) => {
    const [row] = await rows<Row>(
      tx,
      sql`insert into api_keys (person_id, name, prefix, hash, scopes, expires_at)
      values (${scope.actor.personId}, ${input.name}, ${secret.slice(0, 10)}, ${hashSecret(secret)}, ${sql.param(`{${input.scopes.join(',')}}`)}::text[],
        now() + ${input.expiresInDays} * interval '1 day') returning ${columns}`,
    )
    note({ object: { type: 'api-key', id: row!.id }, details: { scopes: input.scopes } })
    return { key: toKey(row!), secret }
  })
}

export async function revokeKey(scope: PersonScope, id: string): Promise<void> {
  await scope.write('api-key.revoke', async (tx, note) => {
    note({ object: { type: 'api-key', id } })
    const gone = await rows(tx, sql`delete from api_keys where id = ${id} returning id`)
    if (gone.length === 0) throw new AppError('not_found', { detail: 'There is no such key.' })
  })
}
