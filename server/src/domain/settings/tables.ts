import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Settings of the whole installation that an administrator changes at run time. */
export const instanceSettings = pgTable('instance_settings', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
})
