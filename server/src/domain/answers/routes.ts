import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { GuardedEnv } from '../../http/env.ts'
import { guard } from '../../http/guard.ts'
import { describe, validator } from '../../http/openapi.ts'
import { beginAnswer, type Begun, giveAnswer } from './ask.ts'
import { Answer, Ask, ChangeConversation, Conversation, ConversationItem, Conversations, Feedback } from './contract.ts'
import {
  deleteConversation,
  giveFeedback,
  listConversations,
  readConversation,
  renameConversation,
} from './conversations.ts'
import { readAnswer } from './read.ts'

const tag = 'answers'
const Id = z.object({ id: z.uuid() })

export const answerRoutes = new Hono<GuardedEnv>()
  .post(
    '/answers',
    guard('answer'),
    describe({
      summary: 'Ask a question',
      description:
        'Server-sent events: the name of each is its `kind`, its data an AnswerEvent. Closing the connection stops the answer.',
      tag,
      media: 'text/event-stream',
    }),
    validator('json', Ask),
    async (c) => streamAnswer(c, await beginAnswer(c.var.scope, c.req.valid('json'))),
  )
  .get(
    '/answers/:id',
    guard('answer'),
    describe({ summary: 'An answer, its sources as they are open to me now', tag, returns: Answer }),
    validator('param', Id),
    async (c) => c.json(await readAnswer(c.var.scope, c.req.valid('param').id)),
  )
  .post(
    '/answers/:id/feedback',
    guard('answer'),
    describe({ summary: 'Say whether an answer helped', tag, returns: Answer }),
    validator('param', Id),
    validator('json', Feedback),
    async (c) => c.json(await giveFeedback(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
  )
  .get(
    '/conversations',
    guard('answer'),
    describe({ summary: 'My conversations', tag, returns: Conversations }),
    async (c) => c.json(await listConversations(c.var.scope)),
  )
  .get(
    '/conversations/:id',
    guard('answer'),
    describe({ summary: 'A conversation with its answers', tag, returns: Conversation }),
    validator('param', Id),
    async (c) => c.json(await readConversation(c.var.scope, c.req.valid('param').id)),
  )
  .patch(
    '/conversations/:id',
    guard('answer'),
    describe({ summary: 'Rename a conversation', tag, returns: ConversationItem }),
    validator('param', Id),
    validator('json', ChangeConversation),
    async (c) => c.json(await renameConversation(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
  )
  .delete(
    '/conversations/:id',
    guard('answer'),
    describe({ summary: 'Delete a conversation with its answers', tag }),
    validator('param', Id),
    async (c) => {
      await deleteConversation(c.var.scope, c.req.valid('param').id)
      return c.body(null, 204)
    },
  )

const aliveMs = 15_000

function streamAnswer(c: Context<GuardedEnv>, begun: Begun): Response {
  const { scope } = c.var
  return streamSSE(c, async (stream) => {
    const stopping = new AbortController()
    stream.onAbort(() => stopping.abort())
    // A model may think long before its first word; some proxies close what is silent.
    const alive = setInterval(() => void stream.write(': still here\n\n'), aliveMs)
    try {
      await giveAnswer(
        scope,
        begun,
        (event) => stream.writeSSE({ event: event.kind, data: JSON.stringify(event) }),
        AbortSignal.any([stopping.signal, c.req.raw.signal]),
      )
    } finally {
      clearInterval(alive)
    }
  })
}
