/**
 * Asks a question of everything the asker may see. The row is written first and the end is saved whatever happens; between
 * the two, while passages are read and a model speaks, no transaction is open.
 */
import { type PersonScope, rows, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { ChatModel } from '../../platform/ai/index.ts'
import { findPassages } from '../search/index.ts'
import type { Answer, AnswerEvent, Ask } from './contract.ts'
import { completeQuestion } from './follow-up.ts'
import { earlierQuestions, type Finished, requireConversation, storeFinished } from './queries.ts'
import { readAnswer } from './read.ts'
import { speak, words } from './speak.ts'

export type Emit = (event: AnswerEvent) => Promise<void>

/** A question whose row is written; `giveAnswer` goes on from here. */
export type Begun = { answerId: string; conversationId: string; input: Ask; before: string[]; release: () => void }

const longestMs = 180_000
const atOnceEach = 3
const running = new Map<string, number>()

/** The whole of it, for callers without a stream of their own. */
export async function ask(scope: PersonScope, input: Ask, emit: Emit, signal: AbortSignal): Promise<Answer> {
  return giveAnswer(scope, await beginAnswer(scope, input), emit, signal)
}

/** Throws AppError: 'not_found' for a conversation that is not the asker's, 'limit_reached' when they have three answers running. */
export async function beginAnswer(scope: PersonScope, input: Ask): Promise<Begun> {
  const release = takePlace(scope.actor.personId)
  try {
    const begun = await scope.write('answer.start', async (tx, note) => {
      const conversationId = input.conversationId ?? (await insertConversation())
      const before = await earlierQuestions(tx, (await requireConversation(tx, conversationId)).id)
      await tx.execute(sql`update conversations set updated_at = now() where id = ${conversationId}`)
      const [row] = await rows<{ id: string }>(
        tx,
        sql`insert into answers (conversation_id, person_id, question, spoke)
        values (${conversationId}, ${scope.actor.personId}, ${input.question}, ${JSON.stringify(words)}::jsonb) returning id`,
      )
      note({ object: { type: 'answer', id: row!.id }, details: { conversation: conversationId } })
      return { answerId: row!.id, conversationId, before }

      async function insertConversation(): Promise<string> {
        const title = [...input.question.replace(/\s+/g, ' ')].slice(0, 100).join('')
        const [made] = await rows<{ id: string }>(
          tx,
          sql`insert into conversations (organisation_id, person_id, title)
          values (${scope.actor.organisationId}, ${scope.actor.personId}, ${title}) returning id`,
        )
        return made!.id
      }
    })
    return { ...begun, input, release }
  } catch (error) {
    release()
    throw error
  }
}

/** Never throws for what goes wrong on the way: the answer then says 'failed' and why. Aborting `signal` ends it as 'stopped'. */
export async function giveAnswer(scope: PersonScope, begun: Begun, emit: Emit, signal: AbortSignal): Promise<Answer> {
  const { answerId, conversationId, input } = begun
  const done: Finished = {
    id: answerId,
    status: 'failed',
    searchedQuestion: input.question,
    sentences: [],
    pointers: [],
    searched: { documents: 0, passages: 0, meaning: false },
    nearest: [],
    spoke: words,
    problem: null,
  }
  const late = AbortSignal.timeout(longestMs)
  const limited = AbortSignal.any([signal, late])
  try {
    await emit({ kind: 'started', answerId, conversationId })
    const model = await speaker(scope)
    if (model) done.spoke = { kind: 'model', name: model.name, place: model.place }
    done.searchedQuestion = await completeQuestion(input.question, begun.before, model, limited)
    const found = await findPassages(scope, {
      question: done.searchedQuestion,
      collection: input.collection,
      limit: 8,
      signal: limited,
    })
    done.searched = { ...found.searched, meaning: found.meaning }
    await emit({ kind: 'searched', searched: { ...done.searched }, spoke: done.spoke })
    limited.throwIfAborted()
    Object.assign(done, await speak(scope, { question: done.searchedQuestion, found, model, emit, signal: limited }))
  } catch (error) {
    if (!limited.aborted) {
      scope.log.error({ err: error, answer: answerId }, 'answering failed')
      done.problem =
        error instanceof AppError
          ? error.message
          : 'Something went wrong on our side. Ask again; if it stays, tell an administrator.'
    }
  }
  if (signal.aborted) Object.assign(done, { status: 'stopped', problem: null })
  else if (late.aborted)
    Object.assign(done, { status: 'failed', problem: 'This took too long and was given up. Ask a narrower question.' })
  try {
    return await finish(scope, done, emit)
  } catch (error) {
    await emit({
      kind: 'failed',
      message: 'The answer could not be kept. Ask again; if it stays, tell an administrator.',
    })
    throw error
  } finally {
    begun.release()
  }
}

async function finish(scope: PersonScope, done: Finished, emit: Emit): Promise<Answer> {
  if (done.status !== 'refused') done.nearest = []
  const { id, status, pointers, spoke } = done
  await scope.write('answer.ask', async (tx, note) => {
    note({
      object: { type: 'answer', id },
      details: {
        status,
        spoke: spoke.kind,
        documents: [...new Set(pointers.map(({ documentId }) => documentId))],
        cited: pointers.flatMap(({ number, passageId }) => (number === null ? [] : [passageId])),
        shownToModel: pointers.flatMap(({ number, passageId }) => (number === null ? [passageId] : [])),
      },
    })
    await storeFinished(tx, done)
  })
  // What leaves is read back under the asker's rights, so that it is what any later look would show.
  const answer = await readAnswer(scope, id)
  const told = new Set<number>()
  for (const sentence of answer.sentences) {
    for (const citation of answer.citations.filter(
      ({ number }) => sentence.citations.includes(number) && !told.has(number),
    )) {
      told.add(citation.number)
      await emit({ kind: 'citation', citation })
    }
    await emit({ kind: 'sentence', sentence })
  }
  await emit(
    answer.status === 'failed'
      ? { kind: 'failed', message: answer.problem ?? 'This could not be answered.' }
      : { kind: 'done', answer },
  )
  return answer
}

async function speaker(scope: PersonScope): Promise<ChatModel | null> {
  try {
    return await scope.platform.chat()
  } catch (error) {
    scope.log.warn({ err: error }, 'the language model could not be asked for')
    return null
  }
}

function takePlace(personId: string): () => void {
  const now = running.get(personId) ?? 0
  if (now >= atOnceEach)
    throw new AppError('limit_reached', {
      detail: 'Three answers are being given to you already. Wait for one of them or stop it.',
      retryAfter: 10,
    })
  running.set(personId, now + 1)
  let held = true
  return () => {
    if (!held) return
    held = false
    const left = (running.get(personId) ?? 1) - 1
    if (left > 0) running.set(personId, left)
    else running.delete(personId)
  }
}
