/**
 * Scope: nothing is read or written without a name. It holds who acts, and two doors to the data. Both take a database
 * role that row-level security binds, for that transaction alone; `write` also appends the audit row, or neither happens.
 */
import type { Platform } from '../platform/index.ts'
import type { Logger } from '../platform/log/index.ts'
import { type Db, type Tx, sql } from './client.ts'

export type Role = 'owner' | 'admin' | 'member' | 'viewer'

/** `personId` of a job on behalf of somebody is that person: it can do what they may do now, and no more. */
export type Actor =
  | {
      kind: 'person'
      personId: string
      organisationId: string
      role: Role
      /** How they came in. An API key narrows what its owner may do. */
      via: { kind: 'sign-in'; id: string } | { kind: 'api-key'; id: string; scopes: string[] } | { kind: 'job' }
    }
  /** Background work over everything. Its power comes from the process's database login, not from this word. */
  | { kind: 'system'; name: string }
  /** A door before anybody is known: set-up, sign-in, a join link. Sees people and credentials, no documents. */
  | { kind: 'door'; name: string }
  /** What keeps the in-memory index up to date. Reads packed terms and titles, no text. */
  | { kind: 'index'; name: string }

export type PersonActor = Extract<Actor, { kind: 'person' }>

/** What the audit row says beside the action: the thing it was done to, and facts without document text or secrets. */
export type AuditNote = {
  object?: { type: string; id: string }
  details?: Record<string, unknown>
  organisationId?: string
}

declare const writable: unique symbol
export type WriteTx = Tx & { readonly [writable]: true }

export type Scope<A extends Actor = Actor> = {
  readonly actor: A
  readonly requestId: string
  /** Where the request came from, as the trusted proxy says. */
  readonly address: string | null
  readonly log: Logger
  readonly platform: Platform
  /** A read-only transaction that sees what the actor may see. */
  read<T>(fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Progress and the like, which no auditor would miss. For background work alone; a person's change is always `write`. */
  bookkeep<T>(fn: (tx: WriteTx) => Promise<T>): Promise<T>
  /** A transaction that changes and is audited under `action` ('noun.verb'). `note` may be called once. */
  write<T>(action: string, fn: (tx: WriteTx, note: (what: AuditNote) => void) => Promise<T>): Promise<T>
}
export type PersonScope = Scope<PersonActor>

export function createScope<A extends Actor>(
  db: Db,
  who: { actor: A; requestId: string; address?: string | null; log: Logger; platform: Platform },
): Scope<A> {
  const { actor, requestId, log, platform } = who
  const address = who.address ?? null
  return {
    actor,
    requestId,
    address,
    log,
    platform,
    read: (fn) =>
      db.transaction(
        async (tx) => {
          await enter(tx, actor)
          return fn(tx)
        },
        { accessMode: 'read only' },
      ),
    bookkeep: (fn) => {
      if (actor.kind !== 'system') throw new Error('Only background work keeps books without an audit row')
      return db.transaction(async (tx) => {
        await enter(tx, actor)
        return fn(tx as WriteTx)
      })
    },
    write: (action, fn) =>
      db.transaction(async (tx) => {
        await enter(tx, actor)
        let said: AuditNote = {}
        const result = await fn(tx as WriteTx, (what) => {
          said = what
        })
        await appendAudit(tx, { actor, requestId, address, action, result: 'done', ...said })
        return result
      }),
  }
}

/** Writes the audit row of something that changed no data: a read, a refusal. */
export async function recordAudit(
  db: Db,
  scope: Pick<Scope, 'actor' | 'requestId' | 'address'>,
  action: string,
  result: 'done' | 'refused',
  note: AuditNote = {},
) {
  await db.transaction(async (tx) => {
    await enter(tx, scope.actor)
    await appendAudit(tx, { ...scope, action, result, ...note })
  })
}

const roles = {
  person: 'innosynth_app',
  system: 'innosynth_worker',
  door: 'innosynth_identity',
  index: 'innosynth_index',
}

async function enter(tx: Tx, actor: Actor) {
  const person = actor.kind === 'person' ? actor : undefined
  await tx.execute(sql`select
    set_config('role', ${roles[actor.kind]}, true),
    set_config('app.person', ${person?.personId ?? ''}, true),
    set_config('app.organisation', ${person?.organisationId ?? ''}, true)`)
}

async function appendAudit(
  tx: Tx,
  row: AuditNote & { actor: Actor; requestId: string; address: string | null; action: string; result: string },
) {
  const person = row.actor.kind === 'person' ? row.actor : undefined
  await tx.execute(sql`insert into audit_events
    (organisation_id, actor_kind, person_id, actor_detail, action, result, object_type, object_id, request_id, address, details)
    values (${row.organisationId ?? person?.organisationId ?? null}, ${row.actor.kind}, ${person?.personId ?? null},
      ${person ? `${person.via.kind}${'id' in person.via ? `:${person.via.id}` : ''}` : 'name' in row.actor ? row.actor.name : null},
      ${row.action}, ${row.result}, ${row.object?.type ?? null}, ${row.object?.id ?? null},
      ${row.requestId}, ${row.address}, ${JSON.stringify(row.details ?? {})}::jsonb)`)
}

/** Tells every replica, once the transaction commits. Payloads carry ids only. */
export async function announce(tx: WriteTx, what: { topic: 'ingestion' | 'passages'; documentId?: string }) {
  await tx.execute(sql`select pg_notify('innosynth', ${JSON.stringify(what)})`)
}
