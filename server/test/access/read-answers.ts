/** Answers and conversations: they belong to one person, and quote what that person may see at this moment. */
import { ids, libraryOf, reach, type Read, sorted, type Subject } from './look.ts'
import { type Caller, type Conversation, has, seesCollection, within } from './model.ts'
import type { Answer, World } from './world.ts'

/** Somebody's conversation, the caller's own in half of the looks. */
function someConversation(world: World, caller: Caller): Conversation {
  const living = world.conversations.filter(({ gone }) => !gone)
  const mine = living.filter(({ person }) => person === caller.person)
  return world.random.pick(mine.length > 0 && world.random.chance(0.5) ? mine : living)
}

async function question(world: World, { caller, document, collection }: Subject) {
  const library = libraryOf(world, caller)
  const answer = await world.question(caller, document.topic)
  world.same(
    caller,
    'POST',
    '/api/answers',
    'status',
    answer.status,
    caller.person.disabled ? 401 : has(caller, 'answer') ? 200 : 403,
  )
  if (answer.status !== 200) return
  const { searched, citations, nearest } = answer.json.answer
  world.same(
    caller,
    'POST',
    '/api/answers',
    'searched',
    [searched.documents, searched.passages],
    [library.length, library.length],
  )
  const named = [...citations, ...nearest].map((place: Answer['json']) => place.documentId)
  world.same(
    caller,
    'POST',
    '/api/answers',
    'sources are in sight',
    named.every((id) => library.some((one) => one.id === id)),
    true,
  )
  const inside = library.filter(
    (one) => one.collection && seesCollection(caller, collection) && within(one.collection, collection, caller),
  )
  const filtered = await world.question(caller, document.topic, { collection: [collection.id] })
  world.same(
    caller,
    'POST',
    '/api/answers',
    'searched in a collection',
    filtered.json.answer.searched.documents,
    inside.length,
  )
}

async function answer(world: World, { caller }: Subject) {
  const one = someConversation(world, caller)
  for (const id of one.answers) await reach(world, caller, 'answer', `/api/answers/${id}`, one.person === caller.person)
}

async function conversation(world: World, { caller }: Subject) {
  const one = someConversation(world, caller)
  const seen = await reach(world, caller, 'answer', `/api/conversations/${one.id}`, one.person === caller.person)
  if (seen)
    world.same(caller, 'GET', `/api/conversations/${one.id}`, 'thread', ids(seen.json.thread), sorted(one.answers))
}

async function conversations(world: World, { caller }: Subject) {
  const seen = await reach(world, caller, 'answer', '/api/conversations')
  const mine = world.conversations.filter(({ person, gone }) => !gone && person === caller.person)
  if (seen && mine.length < 500)
    world.same(caller, 'GET', '/api/conversations', 'list', ids(seen.json.items), ids(mine))
}

export const answerReads: Record<string, Read> = {
  'POST /api/answers': question,
  'GET /api/answers/:id': answer,
  'GET /api/conversations': conversations,
  'GET /api/conversations/:id': conversation,
}
