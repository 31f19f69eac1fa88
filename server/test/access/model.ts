/**
 * Who may see and do what, said once more in plain TypeScript and without a look at the product's SQL: the answer that every
 * route is compared with. Nothing here knows of a database.
 */
export type Level = 'view' | 'edit'
/** One access setting. Things that inherit point at the same one as what they inherit from. */
export type Setting = { owner: Person; audience: 'private' | 'organisation'; grants: Map<Person, Level> }

export type Role = 'owner' | 'admin' | 'member' | 'viewer'
export type Person = { id: string; name: string; word: string; organisation: string; role: Role; disabled: boolean }

export type Collection = {
  id: string
  word: string
  organisation: string
  owner: Person
  parent: Collection | null
  setting: Setting
  inherits: boolean
  gone: boolean
}
export type Document = {
  id: string
  word: string
  organisation: string
  owner: Person
  collection: Collection | null
  setting: Setting
  inherits: boolean
  tags: string[]
  trashed: boolean
  gone: boolean
  /** Who brought in version 1, 2 ... */
  versions: Person[]
  passage: string
  /** A second word of its own, by which it is asked for without naming `word`. */
  topic: string
}

/** Belongs to one person, whatever its answers quote. */
export type Conversation = { id: string; word: string; person: Person; answers: string[]; gone: boolean }

export type KeyScope = 'documents:read' | 'documents:write' | 'search' | 'answers'
/** Somebody who asks: a person at the page, or a script with a key of theirs. */
export type Caller = { label: string; person: Person; scopes: KeyScope[] | null }

export type Power =
  'profile' | 'read' | 'create' | 'change' | 'collect' | 'search' | 'answer' | 'find' | 'people' | 'settings' | 'status'

const reader: Power[] = ['profile', 'read', 'search', 'answer', 'find', 'status']
const writer: Power[] = [...reader, 'create', 'change', 'collect']
const manager: Power[] = [...writer, 'people', 'settings']
const ofRole: Record<Role, Power[]> = { viewer: reader, member: writer, admin: manager, owner: manager }
const ofScope: Record<KeyScope, Power[]> = {
  'documents:read': ['read', 'status'],
  'documents:write': ['read', 'create', 'change', 'collect'],
  search: ['search', 'status'],
  answers: ['answer'],
}

export function has(caller: Caller, power: Power): boolean {
  return (
    ofRole[caller.person.role].includes(power) &&
    (caller.scopes === null || caller.scopes.some((scope) => ofScope[scope].includes(power)))
  )
}

const opens = (setting: Setting, person: Person) =>
  setting.owner === person ||
  (setting.audience === 'organisation' && setting.owner.organisation === person.organisation) ||
  setting.grants.has(person)
export const lets = (setting: Setting, person: Person) =>
  setting.owner === person || setting.grants.get(person) === 'edit'

export const seesCollection = ({ person }: Caller, collection: Collection) =>
  !collection.gone &&
  collection.organisation === person.organisation &&
  (collection.owner === person || opens(collection.setting, person))

/** What can be taken out again is seen in the trash; to everybody else it is gone. */
export const seesDocument = (caller: Caller, document: Document) =>
  reaches(caller, document) && (!document.trashed || mayRemove(caller, document))
/** The same without the trash. */
const reaches = ({ person }: Caller, document: Document) =>
  !document.gone &&
  document.organisation === person.organisation &&
  (document.owner === person || opens(document.setting, person))

export const inLibrary = (caller: Caller, document: Document) => !document.trashed && reaches(caller, document)
export const inTrash = (caller: Caller, document: Document) => document.trashed && seesDocument(caller, document)

export const mayEdit = (caller: Caller, thing: Document) =>
  has(caller, 'change') && (thing.owner === caller.person || lets(thing.setting, caller.person))
export const mayShare = (caller: Caller, thing: Document) => has(caller, 'change') && thing.owner === caller.person
export const mayRemove = (caller: Caller, thing: Document | Collection) =>
  has(caller, 'change') && (thing.owner === caller.person || thing.setting.owner === caller.person)
export const mayAddTo = (caller: Caller, collection: Collection) =>
  has(caller, 'create') && lets(collection.setting, caller.person)
export const mayRename = (caller: Caller, collection: Collection) =>
  has(caller, 'change') && (collection.owner === caller.person || lets(collection.setting, caller.person))
/** Whoever lost the right to change what a collection inherits can no longer turn it away from there. */
export const mayShareCollection = (caller: Caller, collection: Collection) =>
  has(caller, 'change') &&
  collection.owner === caller.person &&
  (!collection.inherits || lets(collection.setting, caller.person))

export function whySees({ person }: Caller, thing: Document | Collection): string {
  if (thing.owner === person) return 'owner'
  if (thing.setting.owner === person) return 'collection-owner'
  return thing.setting.grants.has(person) ? 'shared' : 'organisation'
}

/** The setting as far as the caller may look into it: an owner shut out of the list in force sees their thing as private. */
export function summary({ person }: Caller, thing: Document | Collection) {
  return opens(thing.setting, person)
    ? { audience: thing.setting.audience, people: thing.setting.grants.size, inherited: thing.inherits }
    : { audience: 'private', people: 0, inherited: thing.inherits }
}

export const within = (collection: Collection, top: Collection, caller: Caller): boolean => {
  for (let at: Collection | null = collection; at && seesCollection(caller, at); at = at.parent)
    if (at === top) return true
  return false
}
