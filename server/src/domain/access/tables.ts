import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * One access setting: who owns it, who hears of it. A collection has one; a document points at its own or at its
 * collection's, so that a change of the collection reaches every document in it at once and nothing is copied.
 */
export const accessLists = pgTable(
  'access_lists',
  {
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    organisationId: uuid('organisation_id').notNull(),
    ownerId: uuid('owner_id').notNull(),
    audience: text('audience', { enum: ['private', 'organisation'] })
      .notNull()
      .default('private'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('access_lists_owner').on(t.ownerId),
    index('access_lists_organisation').on(t.organisationId, t.audience),
  ],
)

export const accessGrants = pgTable(
  'access_grants',
  {
    accessId: uuid('access_id')
      .notNull()
      .references(() => accessLists.id, { onDelete: 'cascade' }),
    personId: uuid('person_id').notNull(),
    level: text('level', { enum: ['view', 'edit'] }).notNull(),
    grantedBy: uuid('granted_by').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.accessId, t.personId] }), index('access_grants_person').on(t.personId)],
)
