/** For every route that writes: what it is called with when the ids are somebody else's, and what must come back. */
import {
  type Caller,
  type Collection,
  type Document,
  has,
  type Person,
  type Power,
  seesCollection,
  seesDocument,
} from './model.ts'
import { fingerprint } from './fingerprint.ts'
import type { World } from './world.ts'

/** Ids a request may name. A probe is made with all of a kind hidden, and again with ids that were never given to anything. */
export type Targets = {
  document: string
  collection: string
  person: string
  conversation: string
  answer: string
  ownDocument: string | null
  ownCollection: string | null
  other: string
}
type Call = { path: string; body?: unknown; status: 401 | 403 | 404 | 422 | 200 | 204 }
type Write = { power: Power; calls: (targets: Targets) => Call[] }

const access = { inherit: false, audience: 'organisation', people: [] }
const sharedWith = (personId: string) => ({
  inherit: false,
  audience: 'private',
  people: [{ personId, level: 'edit' }],
})
/** With an own thing where the caller has one; else the call is left out. */
const own = (id: string | null, call: (id: string) => Call[]): Call[] => (id === null ? [] : call(id))

export const writes: Record<string, Write> = {
  'POST /api/collections': {
    power: 'collect',
    calls: ({ collection }) => [
      { path: '/api/collections', body: { name: 'Mine', parentId: collection }, status: 404 },
    ],
  },
  'PATCH /api/collections/:id': {
    power: 'change',
    calls: ({ collection, ownCollection }) => [
      { path: `/api/collections/${collection}`, body: { name: 'Mine now' }, status: 404 },
      ...own(ownCollection, (id) => [{ path: `/api/collections/${id}`, body: { parentId: collection }, status: 404 }]),
    ],
  },
  'DELETE /api/collections/:id': {
    power: 'change',
    calls: ({ collection }) => [{ path: `/api/collections/${collection}`, status: 404 }],
  },
  'PUT /api/collections/:id/access': {
    power: 'change',
    calls: ({ collection, ownCollection, other }) => [
      { path: `/api/collections/${collection}/access`, body: access, status: 404 },
      ...own(ownCollection, (id) => [{ path: `/api/collections/${id}/access`, body: sharedWith(other), status: 422 }]),
    ],
  },
  'POST /api/documents': {
    power: 'create',
    calls: ({ collection }) => [
      {
        path: `/api/documents?name=into.txt&same=keep&collection=${collection}`,
        body: 'into a foreign place',
        status: 404,
      },
    ],
  },
  'POST /api/documents/bulk': {
    power: 'change',
    calls: ({ document, collection, ownDocument }) => [
      ...['trash', 'restore', 'delete'].map((action) => ({
        path: '/api/documents/bulk',
        body: { action, ids: [document] },
        status: 200 as const,
      })),
      { path: '/api/documents/bulk', body: { action: 'move', ids: [document], collectionId: null }, status: 200 },
      ...own(ownDocument, (id) => [
        { path: '/api/documents/bulk', body: { action: 'move', ids: [id], collectionId: collection }, status: 200 },
      ]),
    ],
  },
  'PATCH /api/documents/:id': {
    power: 'change',
    calls: ({ document, collection, ownDocument }) => [
      { path: `/api/documents/${document}`, body: { title: 'Mine now', tags: ['mine'] }, status: 404 },
      ...own(ownDocument, (id) => [{ path: `/api/documents/${id}`, body: { collectionId: collection }, status: 404 }]),
    ],
  },
  'PUT /api/documents/:id/access': {
    power: 'change',
    calls: ({ document, ownDocument, other }) => [
      { path: `/api/documents/${document}/access`, body: access, status: 404 },
      ...own(ownDocument, (id) => [{ path: `/api/documents/${id}/access`, body: sharedWith(other), status: 422 }]),
    ],
  },
  'POST /api/documents/:id/versions': {
    power: 'change',
    calls: ({ document }) => [
      { path: `/api/documents/${document}/versions?name=v2.txt`, body: 'another version', status: 404 },
    ],
  },
  'POST /api/documents/:id/versions/:number/retry': {
    power: 'change',
    calls: ({ document }) => [{ path: `/api/documents/${document}/versions/1/retry`, status: 404 }],
  },
  'POST /api/documents/:id/versions/:number/cancel': {
    power: 'change',
    calls: ({ document }) => [{ path: `/api/documents/${document}/versions/1/cancel`, status: 404 }],
  },
  'PATCH /api/people/:id': {
    power: 'people',
    calls: ({ other }) => [
      { path: `/api/people/${other}`, body: { name: 'Renamed', role: 'viewer', disabled: true }, status: 404 },
    ],
  },
  'POST /api/people/:id/join-link': {
    power: 'people',
    calls: ({ other }) => [{ path: `/api/people/${other}/join-link`, status: 404 }],
  },
  'POST /api/answers': {
    power: 'answer',
    calls: ({ conversation }) => [
      {
        path: '/api/answers',
        body: { question: 'And what else did you say?', conversationId: conversation },
        status: 404,
      },
    ],
  },
  'POST /api/answers/:id/feedback': {
    power: 'answer',
    calls: ({ answer }) => [
      { path: `/api/answers/${answer}/feedback`, body: { verdict: 'down', reason: 'Not yours' }, status: 404 },
    ],
  },
  'PATCH /api/conversations/:id': {
    power: 'answer',
    calls: ({ conversation }) => [
      { path: `/api/conversations/${conversation}`, body: { title: 'Mine now' }, status: 404 },
    ],
  },
  'DELETE /api/conversations/:id': {
    power: 'answer',
    calls: ({ conversation }) => [{ path: `/api/conversations/${conversation}`, status: 404 }],
  },
  'DELETE /api/me/keys/:id': {
    power: 'profile',
    calls: ({ other }) => [{ path: `/api/me/keys/${other}`, status: 404 }],
  },
  'DELETE /api/me/sign-ins/:id': {
    power: 'profile',
    calls: ({ other }) => [{ path: `/api/me/sign-ins/${other}`, status: 404 }],
  },
}

/** Routes that take no id of anything: nothing foreign can be named. What they may do is tried elsewhere. */
export const withoutIds: Record<string, string> = {
  'POST /api/people': 'adds to the own organisation alone; tried in identity.int.test.ts',
  'PATCH /api/me': 'the own person',
  'POST /api/me/password': 'the own person',
  'DELETE /api/me/sign-ins': 'the own person',
  'POST /api/me/keys': 'the own person',
  'PATCH /api/settings': 'the installation; tried in the sweep',
  'POST /api/setup': 'once; tried in identity.int.test.ts',
  'POST /api/sign-in': 'the way in',
  'POST /api/sign-out': 'the own sign-in',
  'POST /api/join/:token': 'a token, no id',
  'GET /api/join/:token': 'a token, no id',
  'GET /api/health': 'no data',
  'GET /api/health/live': 'no data',
  'GET /api/health/models': 'no data',
  'GET /api/health/ready': 'no data',
  'GET /api/guides/:name': "the product's own guides, no data",
  'GET /api/setup': 'no data',
  'GET /api/openapi.json': 'no data',
  'GET /api/docs': 'no data',
  'ALL /api/*': 'nothing there',
}

export type Foreign = { document: Document; collection: Collection; person: Person; other: Person }

/** Foreign ids and made-up ids: the same refusal to the byte, and nothing is changed. The caller asks; `foreign` is hidden from them. */
export async function probeWrites(world: World, caller: Caller, foreign: Foreign, keys: string[]): Promise<void> {
  const before = await fingerprint(world.system)
  const mine = world.documents.find((one) => one.owner === caller.person && !one.gone && !one.trashed && !one.inherits)
  const place = world.collections.find(
    (one) => one.owner === caller.person && !one.gone && one.setting.owner === caller.person && !one.inherits,
  )
  const talk = world.conversations.find(({ person, gone }) => !gone && person !== caller.person)!
  const targets: Targets = {
    conversation: talk.id,
    answer: talk.answers[0]!,
    document: foreign.document.id,
    collection: foreign.collection.id,
    person: foreign.person.id,
    other: foreign.other.id,
    ownDocument: mine && seesDocument(caller, mine) ? mine.id : null,
    ownCollection: place && seesCollection(caller, place) ? place.id : null,
  }
  const never = (id: string) => `01900000-0000-7000-8000-${id.slice(-12)}`
  const madeUp: Targets = {
    ...targets,
    document: never(targets.document),
    collection: never(targets.collection),
    person: never(targets.person),
    other: never(targets.other),
    conversation: never(targets.conversation),
    answer: never(targets.answer),
  }
  for (const key of keys) {
    const { power, calls } = writes[key]!
    const [method = ''] = key.split(' ')
    const other = calls(madeUp)
    for (const [index, call] of calls(targets).entries()) {
      const real = await world.ask(caller, method, call.path, call.body)
      const invented = await world.ask(caller, method, other[index]!.path, other[index]!.body)
      const expected = caller.person.disabled ? 401 : has(caller, power) ? call.status : 403
      world.same(caller, method, call.path, 'status', real.status, expected)
      const plain = (text: string, { document, collection, person, other: id, conversation, answer }: Targets) =>
        [document, collection, person, id, conversation, answer].reduce(
          (left, word) => left.replaceAll(word, 'ID'),
          text,
        )
      world.same(caller, method, call.path, 'refusal', plain(real.text, targets), plain(invented.text, madeUp))
      if (real.status === 200) world.same(caller, method, call.path, 'done', real.json.done, [])
    }
  }
  world.same(caller, 'any', keys.join(', '), 'what is stored', (await fingerprint(world.system)) === before, true)
}
