import { bigint, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** A row every thirty seconds: after a loss the newest one found tells how much was lost. Kept for a week. */
export const heartbeats = pgTable(
  'heartbeats',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: at('at').notNull().defaultNow(),
    worker: text('worker').notNull(),
    /** What stood in the database in the same moment, for the drill to compare with. */
    documents: integer('documents').notNull(),
    versions: integer('versions').notNull(),
    passages: integer('passages').notNull(),
  },
  (t) => [index('heartbeats_at').on(t.at)],
)

/** What the command line knows of this installation and people should see: backup, drill, host. One row a fact. */
export const applianceFacts = pgTable('appliance_facts', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  at: at('at').notNull().defaultNow(),
})

/** Documents deleted for good. Leaves with the backups, so that a restore does not bring back what was erased since. */
export const erasures = pgTable('erasures', {
  documentId: uuid('document_id').primaryKey(),
  organisationId: uuid('organisation_id').notNull(),
  at: at('at').notNull().defaultNow(),
})
