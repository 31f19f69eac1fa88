/** For every route that reads: what the model says must come back, for any caller and document. */
import { setTimeout as pause } from 'node:timers/promises'
import { ids, libraryOf, reach, type Read, sorted, type Subject } from './look.ts'
import {
  type Caller,
  type Collection,
  type Document,
  has,
  inTrash,
  mayAddTo,
  mayEdit,
  mayRemove,
  mayRename,
  mayShare,
  mayShareCollection,
  type Power,
  seesCollection,
  seesDocument,
  summary,
  whySees,
} from './model.ts'
import { answerReads } from './read-answers.ts'
import { searchReads } from './read-search.ts'
import type { Answer, World } from './world.ts'

async function list(world: World, { caller, document, collection }: Subject) {
  const library = libraryOf(world, caller)
  const variants: [query: string, expected: Document[]][] = [
    ['', library],
    ['&view=trash', world.documents.filter((one) => inTrash(caller, one))],
    ['&collection=none', library.filter((one) => !one.collection)],
    [`&collection=${collection.id}`, library.filter((one) => one.collection === collection)],
    ['&owner=me', library.filter((one) => one.owner === caller.person)],
    [`&owner=${document.owner.id}`, library.filter((one) => one.owner === document.owner)],
    ['&format=text&sort=owner&order=asc', library],
    [`&title=${document.word.slice(0, 6)}`, library.filter((one) => one.word.startsWith(document.word.slice(0, 6)))],
  ]
  for (const [query, expected] of variants) {
    const path = `/api/documents?limit=200${query}`
    const answer = await reach(world, caller, 'read', path)
    if (!answer) continue
    world.same(caller, 'GET', path, 'list', ids(answer.json.items), ids(expected))
    world.same(caller, 'GET', path, 'total', answer.json.total, expected.length)
    for (const item of answer.json.items) compareItem(world, caller, path, item)
  }
  const page = await reach(world, caller, 'read', '/api/documents?limit=2&offset=1')
  if (page) world.same(caller, 'GET', '/api/documents?limit=2', 'total of a part', page.json.total, library.length)
}

function compareItem(world: World, caller: Caller, path: string, item: Answer['json']) {
  const document = world.documents.find(({ id }) => id === item.id)
  if (!document) return
  const collection = document.collection && seesCollection(caller, document.collection) ? document.collection.id : null
  world.same(
    caller,
    'GET',
    path,
    `row of ${document.word}`,
    [item.owner.id, item.collection?.id ?? null, item.access, item.can],
    [
      document.owner.id,
      collection,
      summary(caller, document),
      { edit: mayEdit(caller, document), share: mayShare(caller, document), remove: mayRemove(caller, document) },
    ],
  )
}

async function view(world: World, { caller, document }: Subject) {
  const path = `/api/documents/${document.id}`
  const answer = await reach(world, caller, 'read', path, seesDocument(caller, document))
  if (!answer) return
  compareItem(world, caller, path, answer.json)
  world.same(caller, 'GET', path, 'reason', answer.json.accessDetail.reason, whySees(caller, document))
  world.same(
    caller,
    'GET',
    path,
    'versions',
    answer.json.versions.map((version: Answer['json']) => version.createdBy.id),
    document.versions.map(({ id }) => id).toReversed(),
  )
}

async function access(world: World, { caller, document }: Subject) {
  const path = `/api/documents/${document.id}/access`
  const answer = await reach(world, caller, 'read', path, seesDocument(caller, document))
  if (!answer) return
  compareAccess(world, caller, path, answer.json, document)
}

function compareAccess(
  world: World,
  caller: Caller,
  path: string,
  found: Answer['json'],
  thing: Document | Collection,
) {
  const short = summary(caller, thing)
  world.same(
    caller,
    'GET',
    path,
    'access',
    [found.audience, found.owner.id, found.people.length, found.reason],
    [short.audience, thing.owner.id, short.people, whySees(caller, thing)],
  )
}

async function pages(world: World, { caller, document }: Subject) {
  const path = `/api/documents/${document.id}/versions/1/pages`
  const answer = await reach(world, caller, 'read', path, seesDocument(caller, document))
  if (answer) world.same(caller, 'GET', path, 'holds its word', answer.text.includes(document.word), true)
}

async function file(world: World, { caller, document }: Subject) {
  const path = `/api/documents/${document.id}/versions/1/file`
  const answer = await reach(world, caller, 'read', path, seesDocument(caller, document))
  if (answer) world.same(caller, 'GET', path, 'holds its word', answer.text.includes(document.word), true)
  const ranged = await world.ask(caller, 'GET', path, undefined, { headers: { range: 'bytes=0-5' } })
  if (!seesDocument(caller, document))
    world.same(
      caller,
      'GET',
      path,
      'status of a part',
      ranged.status,
      caller.person.disabled ? 401 : has(caller, 'read') ? 404 : 403,
    )
}

async function marks(world: World, { caller, document }: Subject) {
  const path = `/api/documents/${document.id}/marks?passage=${document.passage}`
  await reach(world, caller, 'read', path, seesDocument(caller, document))
  // A place of somebody else's document under a document of one's own.
  const own = world.visible(caller).find((one) => one !== document)
  if (own) await reach(world, caller, 'read', `/api/documents/${own.id}/marks?passage=${document.passage}`, false)
}

async function collections(world: World, { caller }: Subject) {
  const answer = await reach(world, caller, 'read', '/api/collections')
  if (!answer) return
  const seen = world.at(caller)
  const library = libraryOf(world, caller)
  type Row = { id: string; documents: number; parentId: string | null; access: unknown; can: unknown }
  const rows = (answer.json.items as Row[]).map(({ id, documents, parentId, access: short, can }) => [
    id,
    documents,
    parentId,
    short,
    can,
  ])
  const expected = seen.map((one) => [
    one.id,
    library.filter(({ collection }) => collection === one).length,
    one.parent && seen.includes(one.parent) ? one.parent.id : null,
    summary(caller, one),
    {
      contribute: mayAddTo(caller, one),
      edit: mayRename(caller, one),
      share: mayShareCollection(caller, one),
      remove: mayRemove(caller, one),
    },
  ])
  const byId = (list: unknown[][]) => list.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
  world.same(caller, 'GET', '/api/collections', 'list', byId(rows), byId(expected))
}

async function collectionAccess(world: World, { caller, collection }: Subject) {
  const path = `/api/collections/${collection.id}/access`
  const answer = await reach(world, caller, 'read', path, seesCollection(caller, collection))
  if (answer) compareAccess(world, caller, path, answer.json, collection)
}

async function home(world: World, { caller }: Subject) {
  const answer = await reach(world, caller, 'read', '/api/home')
  if (!answer) return
  const library = libraryOf(world, caller)
  const others = library.filter(({ owner, setting }) => owner !== caller.person && setting.grants.has(caller.person))
  const { documents, collections: places, recent, shared } = answer.json
  world.same(
    caller,
    'GET',
    '/api/home',
    'counts',
    [documents, places, recent.length, shared.length],
    [library.length, world.at(caller).length, Math.min(6, library.length), Math.min(6, others.length)],
  )
  for (const item of [...recent, ...shared]) compareItem(world, caller, '/api/home', item)
  world.same(
    caller,
    'GET',
    '/api/home',
    'shared are those one was named for',
    ids(shared).every((id) => others.some((one) => one.id === id)),
    true,
  )
}

const activityOf = (world: World, caller: Caller) =>
  sorted(
    libraryOf(world, caller).flatMap(({ id, versions }) =>
      versions.flatMap((by, index) => (by === caller.person ? [`${id} ${index + 1}`] : [])),
    ),
  )
const activityRows = (json: Answer['json']) =>
  sorted(json.items.map((item: Answer['json']) => `${item.documentId} ${item.versionNumber}`))

async function activity(world: World, { caller }: Subject) {
  const answer = await reach(world, caller, 'read', '/api/activity')
  if (answer)
    world.same(
      caller,
      'GET',
      '/api/activity',
      'items',
      [activityRows(answer.json), answer.json.failed],
      [activityOf(world, caller), 0],
    )
}

/** The first event of the stream; the connection is then closed from our side. */
async function activityStream(world: World, { caller }: Subject) {
  const closing = new AbortController()
  const response = await world.open(caller, '/api/activity/stream', closing.signal)
  const expected = caller.person.disabled ? 401 : has(caller, 'read') ? 200 : 403
  world.same(caller, 'GET', '/api/activity/stream', 'status', response.status, expected)
  if (response.status !== 200) {
    await response.text()
    return
  }
  const reader = response.body!.getReader()
  let text = ''
  while (!text.includes('\n\n')) {
    const { done, value } = await Promise.race([
      reader.read(),
      pause(10_000, { done: true as const, value: undefined }),
    ])
    if (done) break
    text += Buffer.from(value!).toString()
  }
  closing.abort()
  await reader.cancel().catch(() => {})
  const data = /data: (.*)/.exec(text)?.[1] ?? '{"items":[]}'
  world.same(caller, 'GET', '/api/activity/stream', 'items', activityRows(JSON.parse(data)), activityOf(world, caller))
}

async function people(world: World, { caller, document }: Subject) {
  const answer = await reach(world, caller, 'people', '/api/people')
  if (answer)
    world.same(
      caller,
      'GET',
      '/api/people',
      'people',
      ids(answer.json.items),
      ids(world.members(caller.person.organisation)),
    )
  await reach(world, caller, 'people', `/api/people?q=${document.owner.word}`)
}

async function find(world: World, { caller }: Subject) {
  const answer = await reach(world, caller, 'find', '/api/people/find?q=')
  const others = world
    .members(caller.person.organisation)
    .filter((person) => person !== caller.person && !person.disabled)
  if (answer) world.same(caller, 'GET', '/api/people/find', 'people', ids(answer.json.items), ids(others))
}

const own =
  (path: string, power: Power): Read =>
  async (world, { caller }) => {
    await reach(world, caller, power, path)
  }

/** Every reading route of the application. */
export const reads: Record<string, Read> = {
  'GET /api/documents': list,
  'GET /api/documents/:id': view,
  'GET /api/documents/:id/access': access,
  'GET /api/documents/:id/marks': marks,
  'GET /api/documents/:id/versions/:number/pages': pages,
  'GET /api/documents/:id/versions/:number/file': file,
  'GET /api/collections': collections,
  'GET /api/collections/:id/access': collectionAccess,
  'GET /api/home': home,
  'GET /api/activity': activity,
  'GET /api/activity/stream': activityStream,
  ...searchReads,
  ...answerReads,
  'GET /api/people': people,
  'GET /api/people/find': find,
  'GET /api/me': own('/api/me', 'profile'),
  'GET /api/me/sign-ins': own('/api/me/sign-ins', 'profile'),
  'GET /api/me/keys': own('/api/me/keys', 'profile'),
  'GET /api/settings': own('/api/settings', 'settings'),
  'GET /api/status': own('/api/status', 'status'),
  'GET /api/guides/:name': own('/api/guides/backup', 'settings'),
}
