import { bigint, index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Append-only. The application may add a row and never read, change or remove one. */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
    organisationId: uuid('organisation_id'),
    actorKind: text('actor_kind').notNull(),
    personId: uuid('person_id'),
    /** 'sign-in:ID', 'api-key:ID', 'job', or the name of the system task. */
    actorDetail: text('actor_detail'),
    action: text('action').notNull(),
    result: text('result').notNull(),
    objectType: text('object_type'),
    objectId: text('object_id'),
    requestId: text('request_id').notNull(),
    address: text('address'),
    details: jsonb('details').notNull(),
  },
  (t) => [
    index('audit_events_at').on(t.organisationId, t.at),
    index('audit_events_object').on(t.objectType, t.objectId),
  ],
)
