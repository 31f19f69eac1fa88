import { type PersonScope, rows, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { z } from 'zod'
import type { Answer, ChangeConversation, Conversation, ConversationItem, Conversations, Feedback } from './contract.ts'
import {
  type ConversationRow,
  iso,
  requireAnswer,
  requireConversation,
  selectConversations,
  selectThread,
} from './queries.ts'
import { viewAnswers } from './read.ts'

type Item = z.infer<typeof ConversationItem>

const toItem = (row: ConversationRow): Item => ({
  id: row.id,
  title: row.title,
  answers: row.answers,
  updatedAt: iso(row.updated_at),
})

/** My conversations, the last used first, at most five hundred. */
export async function listConversations(scope: PersonScope): Promise<z.infer<typeof Conversations>> {
  return scope.read(async (tx) => ({ items: (await selectConversations(tx)).map(toItem) }))
}

/** A conversation with all its answers, sources as they are open to me now. */
export async function readConversation(scope: PersonScope, id: string): Promise<z.infer<typeof Conversation>> {
  return scope.read(async (tx) => {
    const row = await requireConversation(tx, id)
    return { ...toItem(row), thread: await viewAnswers(tx, await selectThread(tx, id), scope.platform.now()) }
  })
}

export async function renameConversation(
  scope: PersonScope,
  id: string,
  { title }: z.infer<typeof ChangeConversation>,
): Promise<Item> {
  return scope.write('conversation.rename', async (tx, note) => {
    note({ object: { type: 'conversation', id } })
    await requireConversation(tx, id)
    await tx.execute(sql`update conversations set title = ${title} where id = ${id}`)
    return toItem(await requireConversation(tx, id))
  })
}

/** With all its answers, for good. */
export async function deleteConversation(scope: PersonScope, id: string): Promise<void> {
  await scope.write('conversation.delete', async (tx, note) => {
    note({ object: { type: 'conversation', id } })
    const gone = await rows(tx, sql`delete from conversations where id = ${id} returning id`)
    if (gone.length === 0) throw new AppError('not_found', { detail: 'There is no such conversation.' })
  })
}

export async function giveFeedback(
  scope: PersonScope,
  id: string,
  { verdict, reason }: z.infer<typeof Feedback>,
): Promise<Answer> {
  return scope.write('answer.feedback', async (tx, note) => {
    note({ object: { type: 'answer', id }, details: { verdict } })
    await requireAnswer(tx, id)
    await tx.execute(sql`update answers set verdict = ${verdict}, verdict_reason = ${reason} where id = ${id}`)
    const [answer] = await viewAnswers(tx, [await requireAnswer(tx, id)], scope.platform.now())
    return answer!
  })
}
