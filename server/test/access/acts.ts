/** What people do while the run goes on. Each act is tried through the door; the model says whether it may succeed and what it changes. */
import {
  type Caller,
  type Collection,
  type Document,
  has,
  type Level,
  lets,
  mayAddTo,
  mayEdit,
  mayRemove,
  mayShare,
  mayShareCollection,
  type Person,
  seesCollection,
  seesDocument,
  type Setting,
} from './model.ts'
import { type Act, attempt, outcome } from './attempt.ts'
import { changeRole, disable } from './people-acts.ts'
import type { World } from './world.ts'

function newSetting(world: World, caller: Caller): { body: unknown; setting: Setting } {
  const others = world.members(caller.person.organisation).filter((person) => person !== caller.person)
  const grants = new Map<Person, Level>(
    world.random
      .some(others, world.random.int(3))
      .map((person) => [person, world.random.pick(['view', 'edit'] as const)]),
  )
  const audience = world.random.chance(0.25) ? 'organisation' : 'private'
  return {
    body: { inherit: false, audience, people: [...grants].map(([person, level]) => ({ personId: person.id, level })) },
    setting: { owner: caller.person, audience, grants },
  }
}

const anyDocument = (world: World) => world.random.pick(world.documents.filter(({ gone }) => !gone))
const anyPlace = (world: World, caller: Caller) =>
  world.collections.filter(({ gone, organisation }) => !gone && organisation === caller.person.organisation)

const share: Act = async (world, caller) => {
  const document = anyDocument(world)
  const { body, setting } = newSetting(world, caller)
  if (
    !(await attempt(
      world,
      caller,
      'PUT',
      `/api/documents/${document.id}/access`,
      body,
      outcome(world, caller, seesDocument(caller, document), mayShare(caller, document)),
    ))
  )
    return
  // Its own list is changed in place; from an inherited one it turns away.
  if (document.inherits) Object.assign(document, { setting, inherits: false })
  else Object.assign(document.setting, { audience: setting.audience, grants: setting.grants })
}

const inherit: Act = async (world, caller) => {
  const document = anyDocument(world)
  const { collection } = document
  let expected = outcome(world, caller, seesDocument(caller, document), mayShare(caller, document))
  if (expected === 200) expected = !collection ? 409 : seesCollection(caller, collection) ? 200 : 404
  if (await attempt(world, caller, 'PUT', `/api/documents/${document.id}/access`, { inherit: true }, expected))
    Object.assign(document, { setting: collection!.setting, inherits: true })
}

const shareCollection: Act = async (world, caller) => {
  const places = anyPlace(world, caller)
  if (places.length === 0) return
  const place = world.random.pick(places)
  const { body, setting } = newSetting(world, caller)
  if (
    !(await attempt(
      world,
      caller,
      'PUT',
      `/api/collections/${place.id}/access`,
      body,
      outcome(world, caller, seesCollection(caller, place), mayShareCollection(caller, place)),
    ))
  )
    return
  if (place.inherits) passOn(world, place, setting, false)
  else Object.assign(place.setting, { audience: setting.audience, grants: setting.grants })
}

/** A setting reaches the collection and all below it that inherits. */
function passOn(world: World, place: Collection, setting: Setting, inherits: boolean) {
  Object.assign(place, { setting, inherits })
  for (const document of world.documents)
    if (!document.gone && document.inherits && document.collection === place) document.setting = setting
  for (const below of world.collections)
    if (!below.gone && below.inherits && below.parent === place) passOn(world, below, setting, true)
}

const tag: Act = async (world, caller) => {
  const document = anyDocument(world)
  const tags = [document.word, world.random.pick(['north', 'south', 'east'])]
  const { status } = await world.ask(
    caller,
    'PATCH',
    `/api/documents/${document.id}`,
    { tags },
    { said: [document.word] },
  )
  const expected = outcome(world, caller, seesDocument(caller, document), mayEdit(caller, document))
  world.same(caller, 'PATCH', `/api/documents/${document.id}`, 'status of tagging', status, expected)
  if (status === 200 && expected === 200) document.tags = tags
}

const move: Act = async (world, caller) => {
  const document = anyDocument(world)
  const places = anyPlace(world, caller)
  const target = places.length > 0 && world.random.chance(0.7) ? world.random.pick(places) : null
  let expected = outcome(world, caller, seesDocument(caller, document), mayRemove(caller, document))
  if (expected === 200 && target)
    expected = !seesCollection(caller, target) ? 404 : mayAddTo(caller, target) ? 200 : 403
  if (expected === 200 && !target && document.inherits && document.owner !== caller.person) expected = 403
  if (
    !(await attempt(
      world,
      caller,
      'PATCH',
      `/api/documents/${document.id}`,
      { collectionId: target?.id ?? null },
      expected,
    ))
  )
    return
  const setting = !document.inherits
    ? document.setting
    : target
      ? target.setting
      : { owner: caller.person, audience: 'private' as const, grants: new Map<Person, Level>() }
  Object.assign(document, { collection: target, setting, inherits: document.inherits && target !== null })
}

const moveCollection: Act = async (world, caller) => {
  const places = anyPlace(world, caller)
  if (places.length < 2) return
  const [place, target] = world.random.some(places, 2) as [Collection, Collection]
  if (place.parent === target) return
  const may = mayRemove(caller, place) && (!place.inherits || lets(place.setting, caller.person))
  let expected = outcome(world, caller, seesCollection(caller, place), may)
  if (expected === 200)
    expected = !seesCollection(caller, target)
      ? 404
      : !mayAddTo(caller, target)
        ? 403
        : isAbove(place, target)
          ? 409
          : 200
  if (!(await attempt(world, caller, 'PATCH', `/api/collections/${place.id}`, { parentId: target.id }, expected)))
    return
  place.parent = target
  if (place.inherits) passOn(world, place, target.setting, true)
}

const isAbove = (place: Collection, below: Collection) => {
  for (let at: Collection | null = below; at; at = at.parent) if (at === place) return true
  return false
}

const trash: Act = async (world, caller) => {
  const document = anyDocument(world)
  const action = document.trashed
    ? world.random.pick(['restore', 'delete', 'restore'])
    : world.random.pick(['trash', 'trash', 'delete'])
  if (action === 'delete' && world.random.chance(0.8)) return
  const expected = caller.person.disabled ? 401 : has(caller, 'change') ? 200 : 403
  const { status, json } = await world.ask(caller, 'POST', '/api/documents/bulk', { action, ids: [document.id] })
  world.same(caller, 'POST', '/api/documents/bulk', `status of ${action}`, status, expected)
  if (expected !== 200) return
  const may = seesDocument(caller, document) && mayRemove(caller, document) && (action !== 'delete' || document.trashed)
  world.same(caller, 'POST', '/api/documents/bulk', `${action} of ${document.word}`, json.done?.length, may ? 1 : 0)
  if (!may) return
  if (action === 'delete') document.gone = true
  else document.trashed = action === 'trash'
}

const removeCollection: Act = async (world, caller) => {
  const places = anyPlace(world, caller)
  if (places.length < 8) return
  const place = world.random.pick(places)
  const expected = outcome(world, caller, seesCollection(caller, place), mayRemove(caller, place))
  if (
    !(await attempt(
      world,
      caller,
      'DELETE',
      `/api/collections/${place.id}`,
      undefined,
      expected === 200 ? 204 : expected,
    ))
  )
    return
  // What the caller cannot see inside stays with its owners, in no collection.
  const seen = new Set<Collection>([place])
  for (let grew = true; grew;) {
    grew = false
    for (const one of world.collections)
      if (!one.gone && one.parent && seen.has(one.parent) && !seen.has(one) && seesCollection(caller, one)) {
        seen.add(one)
        grew = true
      }
  }
  const all = world.collections.filter((one) => !one.gone && isAbove(place, one))
  for (const document of world.documents) {
    if (document.gone || !document.collection || !all.includes(document.collection)) continue
    if (seen.has(document.collection) && (document.owner === caller.person || lets(document.setting, caller.person)))
      document.trashed = true
    document.collection = null
  }
  for (const one of all) one.gone = true
}

const add: Act = async (world, caller) => {
  if (
    caller.person.disabled ||
    !has(caller, 'create') ||
    !has(caller, 'change') ||
    world.documents.filter(({ gone }) => !gone).length > 70
  )
    return
  const places = anyPlace(world, caller).filter((place) => seesCollection(caller, place) && mayAddTo(caller, place))
  await world.document(caller, places.length > 0 ? world.random.pick(places) : null)
}

const acts: Act[] = [
  share,
  share,
  share,
  inherit,
  shareCollection,
  shareCollection,
  tag,
  move,
  move,
  moveCollection,
  trash,
  trash,
  removeCollection,
  disable,
  changeRole,
  add,
]

/** Somebody does something; mostly a person who may. */
export async function somethingHappens(world: World): Promise<void> {
  await world.random.pick(acts)(world, world.random.pick(world.callers))
}

export const livingDocuments = (world: World): Document[] => world.documents.filter(({ gone }) => !gone)
