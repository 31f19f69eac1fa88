import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    organisationId: uuid('organisation_id').notNull(),
    personId: uuid('person_id').notNull(),
    title: text('title').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [index('conversations_person').on(t.personId, t.updatedAt)],
)

/** A question and what was answered. Citations are kept as pointers; their words are read again, under the reader's rights, at each look. */
export const answers = pgTable(
  'answers',
  {
    id: uuid('id')
      .primaryKey()
      .default(sql`uuidv7()`),
    conversationId: uuid('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    personId: uuid('person_id').notNull(),
    question: text('question').notNull(),
    /** The question as searched, with what a follow-up leaves unsaid filled in. */
    searchedQuestion: text('searched_question'),
    status: text('status', { enum: ['running', 'answered', 'refused', 'stopped', 'failed'] })
      .notNull()
      .default('running'),
    sentences: jsonb('sentences')
      .notNull()
      .default(sql`'[]'::jsonb`),
    citations: jsonb('citations')
      .notNull()
      .default(sql`'[]'::jsonb`),
    searched: jsonb('searched')
      .notNull()
      .default(sql`'{"documents":0,"passages":0,"meaning":false}'::jsonb`),
    nearest: jsonb('nearest')
      .notNull()
      .default(sql`'[]'::jsonb`),
    spoke: jsonb('spoke').notNull(),
    problem: text('problem'),
    verdict: text('verdict', { enum: ['up', 'down'] }),
    verdictReason: text('verdict_reason'),
    createdAt: at('created_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (t) => [index('answers_conversation').on(t.conversationId, t.createdAt)],
)
