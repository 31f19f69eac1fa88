/** A generated installation and the model of it side by side: two organisations, people of every role, keys, nested collections, documents. */
import { createHash } from 'node:crypto'
import { createScope, rows, sql } from '../../src/db/index.ts'
import { ingest, request, type TestSystem } from '../../src/testing/index.ts'
import {
  type Caller,
  type Collection,
  type Conversation,
  type Document,
  type KeyScope,
  type Person,
  type Role,
  seesCollection,
  seesDocument,
  type Setting,
} from './model.ts'
import type { Random } from './random.ts'

export type Answer = { status: number; text: string; json: Record<string, any>; headers: Headers }
/** Stands in every document, so that a search for it finds all that may be seen. */
export const common = 'harbour'
export const password = 'a long enough password'
export const sharedTags = ['north', 'south', 'east']
const wordPattern = /zq[a-z]{8}/gi
const idPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

export class World {
  readonly people: Person[] = []
  readonly callers: Caller[] = []
  readonly collections: Collection[] = []
  readonly documents: Document[] = []
  readonly conversations: Conversation[] = []
  /** Answers compared with the model. */
  checks = 0
  readonly faults: string[] = []
  readonly system: TestSystem
  readonly random: Random
  readonly #carriers = new Map<Caller, Record<string, string>>()

  constructor(system: TestSystem, random: Random) {
    this.system = system
    this.random = random
  }

  newWord = () => `zq${this.random.word(8)}`

  /** One request. Whatever comes back, it names nothing the caller may not see beside what they said themselves. */
  async ask(
    caller: Caller | null,
    method: string,
    path: string,
    body?: unknown,
    options: { said?: string[]; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const headers = {
      'x-request-id': 'the-same-request',
      ...(caller ? this.#carriers.get(caller) : {}),
      ...options.headers,
    }
    const response = await request(this.system.app, method, path, body, headers)
    const text = await response.text()
    this.checks += 1
    const said = new Set(
      [
        ...`${decodeURIComponent(path)} ${typeof body === 'object' ? JSON.stringify(body) : ''}`.matchAll(idPattern),
      ].map(([id]) => id),
    )
    for (const word of options.said ?? []) said.add(word)
    const shown = `${text} ${[...response.headers].join(' ')}`
    for (const [found] of [...shown.matchAll(wordPattern), ...shown.matchAll(idPattern)])
      if (!said.has(found.toLowerCase()) && this.#isForeign(caller, found.toLowerCase()))
        this.fault(caller, method, path, `names ${found}: ${text.slice(0, 300)}`)
    let json: Answer['json'] = {}
    try {
      json = JSON.parse(text) as Answer['json']
    } catch {
      /* a file, an event stream or nothing */
    }
    return { status: response.status, text, json, headers: response.headers }
  }

  /** A response left open, for streams. */
  async open(caller: Caller, path: string, signal: AbortSignal): Promise<Response> {
    return this.system.app.request(path, { headers: this.#carriers.get(caller) ?? {}, signal })
  }

  #isForeign(caller: Caller | null, token: string): boolean {
    const document = this.documents.find(
      ({ word, id, tags }) => word === token || id === token || (token.startsWith('zq') && tags.includes(token)),
    )
    if (document) return !caller || caller.person.disabled || !seesDocument(caller, document)
    const collection = this.collections.find(({ word, id }) => word === token || id === token)
    if (collection) return !caller || caller.person.disabled || !seesCollection(caller, collection)
    const conversation = this.conversations.find(
      ({ word, id, answers }) => word === token || id === token || answers.includes(token),
    )
    if (conversation) return !caller || caller.person.disabled || caller.person !== conversation.person
    const person = this.people.find(({ word, id }) => word === token || id === token)
    return (
      person !== undefined && (!caller || caller.person.disabled || person.organisation !== caller.person.organisation)
    )
  }

  fault(caller: Caller | null, method: string, path: string, what: string) {
    this.faults.push(`${caller?.label ?? 'nobody'} ${method} ${path}: ${what}`)
  }

  /** Notes a difference from the model. */
  same(caller: Caller | null, method: string, path: string, what: string, found: unknown, expected: unknown) {
    this.checks += 1
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
    if (a !== b) this.fault(caller, method, path, `${what} is ${a?.slice(0, 400)}, the model says ${b?.slice(0, 400)}`)
  }

  visible = (caller: Caller) => this.documents.filter((document) => seesDocument(caller, document))
  at = (caller: Caller) => this.collections.filter((collection) => seesCollection(caller, collection))
  members = (organisation: string) => this.people.filter((person) => person.organisation === organisation)
  pages = () => this.callers.filter((caller) => caller.scopes === null && !caller.person.disabled)

  async signIn(caller: Caller, response?: Response) {
    const answer =
      response ??
      (await request(this.system.app, 'POST', '/api/sign-in', {
        email: `${caller.person.word}@example.test`,
        password,
      }))
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    this.#carriers.set(caller, {
      cookie: answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
    })
  }

  async founder(organisation: string): Promise<Caller> {
    const word = this.newWord()
    const token = this.random.word(30)
    const { db, log, platform } = this.system
    const door = createScope(db, { actor: { kind: 'door', name: 'test' }, requestId: 'test', log, platform })
    const ids = await door.write('organisation.set-up', async (tx) => {
      const [made] = await rows<{ id: string }>(
        tx,
        sql`insert into organisations (name) values (${organisation}) returning id`,
      )
      const [person] = await rows<{ id: string }>(
        tx,
        sql`insert into people (name, email, organisation_id, role)
        values (${`Founder ${word}`}, ${`${word}@example.test`}, ${made!.id}, 'owner') returning id`,
      )
      await tx.execute(sql`insert into join_links (hash, person_id, expires_at)
        values (${createHash('sha256').update(token).digest('hex')}, ${person!.id}, now() + interval '1 day')`)
      return { organisation: made!.id, person: person!.id }
    })
    return this.#enter(word, 'owner', ids, token)
  }

  async person(by: Caller, role: Exclude<Role, 'owner'>): Promise<Caller> {
    const word = this.newWord()
    const { json } = await this.ask(by, 'POST', '/api/people', {
      name: `Person ${word}`,
      email: `${word}@example.test`,
      role,
    })
    return this.#enter(
      word,
      role,
      { organisation: by.person.organisation, person: json.person.id },
      json.join.url.split('/').at(-1),
    )
  }

  async #enter(
    word: string,
    role: Role,
    ids: { organisation: string; person: string },
    token: string,
  ): Promise<Caller> {
    const person: Person = {
      id: ids.person,
      name: `${role === 'owner' ? 'Founder' : 'Person'} ${word}`,
      word,
      organisation: ids.organisation,
      role,
      disabled: false,
    }
    const caller: Caller = { label: `${role} ${word}`, person, scopes: null }
    this.people.push(person)
    this.callers.push(caller)
    await this.signIn(caller, await request(this.system.app, 'POST', `/api/join/${token}`, { password }))
    return caller
  }

  async key(of: Caller, scopes: KeyScope[]): Promise<Caller> {
    const { json } = await this.ask(of, 'POST', '/api/me/keys', { name: 'Script', scopes })
    const caller: Caller = { label: `key(${scopes}) of ${of.label}`, person: of.person, scopes }
    this.#carriers.set(caller, { authorization: `Bearer ${json.secret}` })
    this.callers.push(caller)
    return caller
  }

  async collection(by: Caller, parent: Collection | null, audience?: 'private' | 'organisation'): Promise<Collection> {
    const word = this.newWord()
    const { status, text, json } = await this.ask(
      by,
      'POST',
      '/api/collections',
      { name: `Place ${word}`, parentId: parent?.id ?? null, ...(audience ? { audience } : {}) },
      { said: [word] },
    )
    if (status !== 201) throw new Error(text)
    const inherits = parent !== null && audience === undefined
    const setting: Setting = inherits
      ? parent.setting
      : { owner: by.person, audience: audience ?? 'private', grants: new Map() }
    const made: Collection = {
      id: json.id,
      word,
      organisation: by.person.organisation,
      owner: by.person,
      parent,
      setting,
      inherits,
      gone: false,
    }
    this.collections.push(made)
    return made
  }

  async document(by: Caller, collection: Collection | null): Promise<Document> {
    const word = this.newWord()
    const query = `name=${word}.txt&same=keep${collection ? `&collection=${collection.id}` : ''}`
    const topic = `vy${this.random.word(8)}`
    const text = `The ${common} report of ${word} mentions ${topic} in ${this.random.pick(['spring', 'summer', 'autumn'])}.`
    const {
      status,
      text: answer,
      json,
    } = await this.ask(by, 'POST', `/api/documents?${query}`, Buffer.from(text), { said: [word] })
    if (status !== 201) throw new Error(answer)
    const id = json.document.id as string
    const tags = [word, this.random.pick(sharedTags)]
    await this.ask(by, 'PATCH', `/api/documents/${id}`, { tags }, { said: [word] })
    await ingest(this.system, id, [{ number: 1, blocks: [{ kind: 'paragraph', text }] }])
    const setting: Setting = collection
      ? collection.setting
      : { owner: by.person, audience: 'private', grants: new Map() }
    const made: Document = {
      id,
      word,
      organisation: by.person.organisation,
      owner: by.person,
      collection,
      setting,
      inherits: collection !== null,
      tags,
      trashed: false,
      gone: false,
      versions: [by.person],
      passage: await this.passageOf(id),
      topic,
    }
    this.documents.push(made)
    return made
  }

  /** Asks a question and follows its events to the end. */
  async question(by: Caller, topic: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const word = this.newWord()
    const answer = await this.ask(
      by,
      'POST',
      '/api/answers',
      { question: `${word}: which ${common} report mentions ${topic}?`, ...more },
      { said: [word] },
    )
    const started = /"answerId":"([^"]+)","conversationId":"([^"]+)"/.exec(answer.text)
    if (started)
      this.conversations.push({ id: started[2]!, word, person: by.person, answers: [started[1]!], gone: false })
    const done = answer.text.split('\n').findLast((line) => line.startsWith('data: '))
    return { ...answer, json: done ? JSON.parse(done.slice(6)) : answer.json }
  }

  async passageOf(id: string): Promise<string> {
    const [row] = await this.system.systemScope('test').read((tx) =>
      rows<{ id: string }>(
        tx,
        sql`select s.id::text as id from passages s
      join documents d on d.current_version_id = s.version_id where d.id = ${id} order by s.ordinal limit 1`,
      ),
    )
    return row!.id
  }
}
