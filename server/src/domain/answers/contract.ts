import { z } from 'zod'
import { Format, PageUnit } from '../documents/extraction.ts'

/** A place that supports a sentence. `available: false` when the reader may no longer see it: then nothing else is said. */
export const Citation = z.object({
  /** The number shown beside the sentence, from 1. */
  number: z.int(),
  available: z.boolean(),
  documentId: z.uuid().nullable(),
  title: z.string().nullable(),
  format: Format.nullable(),
  version: z.int().nullable(),
  page: z.int().nullable(),
  pageUnit: PageUnit.nullable(),
  pageLabel: z.string().nullable(),
  passageId: z.string().nullable(),
  /** The passage, and the characters of it that carry the sentence. */
  quote: z.string().nullable(),
  start: z.int().nullable(),
  end: z.int().nullable(),
  updatedAt: z.iso.datetime().nullable(),
})
export type Citation = z.infer<typeof Citation>

export const Support = z.enum(['supported', 'partly', 'unsupported'])
export type Support = z.infer<typeof Support>

export const Sentence = z.object({
  /** Plain text. Empty when what it rests on is no longer open to the reader; `doubt` then says so. */
  text: z.string(),
  /** Numbers of citations. */
  citations: z.array(z.int()),
  support: Support,
  /** Why a sentence is not fully supported: "The figure 42 does not stand in the source." */
  doubt: z.string().nullable(),
})
export type Sentence = z.infer<typeof Sentence>

export const Searched = z.object({ documents: z.int(), passages: z.int(), meaning: z.boolean() })

export const Answer = z.object({
  id: z.uuid(),
  conversationId: z.uuid(),
  question: z.string(),
  status: z.enum(['running', 'answered', 'refused', 'stopped', 'failed']),
  sentences: z.array(Sentence),
  citations: z.array(Citation),
  searched: Searched,
  /** How likely what was found answers the question, 0 to 1, as the evidence says; null where nothing was found to weigh. */
  confidence: z.number().min(0).max(1).nullable(),
  /** On refusal: the nearest documents, as places to look, never as sources. */
  nearest: z.array(z.object({ documentId: z.uuid(), title: z.string(), page: z.int(), passageId: z.string() })),
  spoke: z.object({ kind: z.enum(['extractive', 'model']), name: z.string(), place: z.enum(['local', 'cloud']) }),
  problem: z.string().nullable(),
  feedback: z.object({ verdict: z.enum(['up', 'down']), reason: z.string().nullable() }).nullable(),
  createdAt: z.iso.datetime(),
})
export type Answer = z.infer<typeof Answer>

export const Ask = z.strictObject({
  question: z.string().trim().min(1).max(2000),
  conversationId: z.uuid().optional(),
  /** Filters as in search. */
  collection: z.array(z.uuid()).max(50).optional(),
})
export type Ask = z.infer<typeof Ask>

/**
 * Server-sent events of POST /api/answers, event name = `kind`, data = the object as JSON.
 * started → searched → (sentence | citation)* → (done | failed). 'draft' carries a model's raw words while it
 * speaks, shown as unverified; the checked sentences then replace them.
 */
export const AnswerEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), answerId: z.uuid(), conversationId: z.uuid() }),
  z.object({ kind: z.literal('searched'), searched: Searched, spoke: Answer.shape.spoke }),
  z.object({ kind: z.literal('draft'), text: z.string() }),
  z.object({ kind: z.literal('citation'), citation: Citation }),
  z.object({ kind: z.literal('sentence'), sentence: Sentence }),
  z.object({ kind: z.literal('done'), answer: Answer }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
])
export type AnswerEvent = z.infer<typeof AnswerEvent>

export const ConversationItem = z.object({
  id: z.uuid(),
  title: z.string(),
  answers: z.int(),
  updatedAt: z.iso.datetime(),
})
export const Conversations = z.object({ items: z.array(ConversationItem) })
export const Conversation = ConversationItem.extend({ thread: z.array(Answer) })
export const ChangeConversation = z.strictObject({ title: z.string().trim().min(1).max(200) })
export const Feedback = z.strictObject({
  verdict: z.enum(['up', 'down']),
  reason: z.string().trim().max(1000).nullable().default(null),
})
