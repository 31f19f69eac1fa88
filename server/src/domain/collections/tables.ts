import { sql } from 'drizzle-orm'
import { type AnyPgColumn, boolean, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { accessLists } from '../access/tables.ts'

export const collections = pgTable(
  'collections',
  {
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    organisationId: uuid('organisation_id').notNull(),
    parentId: uuid('parent_id').references((): AnyPgColumn => collections.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    ownerId: uuid('owner_id').notNull(),
    /** Its own list, or, inherited, the list of the nearest collection above that has its own. */
    accessId: uuid('access_id')
      .notNull()
      .references(() => accessLists.id),
    inherits: boolean('inherits').notNull().default(false),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('collections_parent').on(t.parentId), index('collections_access').on(t.accessId)],
)
