import { setImmediate as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { createScope, rows, sql } from '../../db/index.ts'
import { aDocument, aPerson, type TestPerson, type TestSystem, testSystem } from '../../testing/index.ts'
import type { SearchResults, Suggestions } from './contract.ts'
import { nearestPassages } from './nearest.ts'
import { parseQuery } from './query.ts'
import { refreshPostings } from './refresh-postings.ts'
import { retrieve } from './retrieve.ts'
import { noFilters } from './visible.ts'

type Results = z.infer<typeof SearchResults>

let system: TestSystem
let ada: TestPerson
let ben: TestPerson

const search = (person: TestPerson, query: Record<string, string>): Promise<Results> =>
  person.get(`/api/search?${new URLSearchParams(query)}`)
const titles = (results: Results): string[] => results.hits.map((hit) => hit.document.title)

const scopeOf = ({ id, organisation }: TestPerson) =>
  createScope(system.db, {
    actor: { kind: 'person', personId: id, organisationId: organisation.id, role: 'member', via: { kind: 'job' } },
    requestId: 'test',
    log: system.log,
    platform: system.platform,
  })

beforeAll(async () => {
  system = await testSystem()
  ada = await aPerson(system, { name: 'Ada' })
  ben = await aPerson(system, { name: 'Ben' })
  await aDocument(system, ada, {
    name: 'Lease Lisbon.txt',
    organisation: true,
    text: 'The tenant pays the rent for the house in Lisbon every month.\n\nNotice is given in writing, three months before the end.',
  })
  await aDocument(system, ada, {
    name: 'Salaries.txt',
    text: 'The salary of the director was raised by the board. Project Nightingale stays secret.',
  })
  await aDocument(system, ben, {
    name: 'Mietvertrag.txt',
    organisation: true,
    text: 'Der Mieter zahlt die Miete für die Wohnung in München jeden Monat und nicht später.',
  })
  await aDocument(system, ben, {
    name: 'Protocol AB-12.txt',
    organisation: true,
    text: 'The valve AB-12/3 was replaced. The pump was not replaced and it is the old one.',
  })
})
afterAll(() => system.stop())

describe('search', () => {
  it('finds by another form of the word and shows the sentence with its place marked', async () => {
    const [hit] = (await search(ben, { q: 'tenants' })).hits
    expect(hit!.document.title).toBe('Lease Lisbon')
    const { text, marks } = hit!.snippet
    expect(marks.map(({ start, end }) => text.slice(start, end))).toContain('tenant')
    expect(hit!.by).toContain('words')
  })

  it('finds a code whole', async () => {
    expect(titles(await search(ada, { q: 'AB-12/3', mode: 'lexical' }))[0]).toBe('Protocol AB-12')
  })

  it("gives Ben nothing of Ada's private document: no hit, no count, no facet, no suggestion, no correction", async () => {
    for (const q of ['Nightingale', 'salary of the director', 'Salaries', '"Project Nightingale"']) {
      for (const mode of ['hybrid', 'lexical', 'semantic']) {
        for (const group of ['document', 'passage']) {
          const results = await search(ben, { q, mode, group })
          expect(titles(results)).not.toContain('Salaries')
          expect(JSON.stringify(results.facets)).not.toContain('salar')
          expect(results.searched.documents).toBe(3)
        }
      }
    }
    expect((await search(ben, { q: 'Nightingal' })).didYouMean).toBeNull()
    expect((await search(ada, { q: 'Nightingal' })).didYouMean).toBe('nightingale')
    for (const q of ['Sal', 'Nighti', 'Project N']) {
      expect(await ben.get(`/api/search/suggest?${new URLSearchParams({ q })}`)).toEqual({ items: [] })
    }
    expect((await ada.get<z.infer<typeof Suggestions>>('/api/search/suggest?q=Sal')).items).toContainEqual(
      expect.objectContaining({ kind: 'document', title: 'Salaries' }),
    )
  })

  it('answers Ben with the very same scores whether or not Ada has secrets', async () => {
    const ask = () => search(ben, { q: 'rent of the house', mode: 'lexical' })
    const before = await ask()
    const secret = await aDocument(system, ada, { text: 'rent rent rent house house house of the of the rent house' })
    const after = await ask()
    expect(after.hits.map(({ document, score }) => [document.id, score])).toEqual(
      before.hits.map(({ document, score }) => [document.id, score]),
    )
    expect(after.total).toBe(before.total)
    await ada.post('/api/documents/bulk', { action: 'trash', ids: [secret.id] })
  })

  it('keeps to quoted words and leaves out what is excluded', async () => {
    expect(titles(await search(ada, { q: '"notice is given"' }))).toEqual(['Lease Lisbon'])
    expect(titles(await search(ada, { q: '"given notice"' }))).toEqual([])
    expect(titles(await search(ada, { q: 'month -Lisbon' }))).not.toContain('Lease Lisbon')
  })

  it('filters by fields and by words in the box, and counts each choice without itself', async () => {
    const mine = await search(ben, { q: 'month', owner: ben.id })
    expect(new Set(mine.hits.map((hit) => hit.document.owner.name))).toEqual(new Set(['Ben']))
    expect(titles(await search(ada, { q: 'owner:ben month' }))).not.toContain('Lease Lisbon')
    expect(titles(await search(ada, { q: 'monat lang:de' }))).toEqual(['Mietvertrag'])
    const owners = mine.facets.find((facet) => facet.name === 'owner')!.values
    expect(owners).toContainEqual(expect.objectContaining({ label: 'Ben', selected: true }))
    expect(owners).toContainEqual(expect.objectContaining({ label: 'Ada', selected: false }))
  })

  it('says what was searched and offers ways on when nothing is found', async () => {
    const results = await search(ada, { q: '"no such words here" type:pdf' })
    expect(results).toMatchObject({ total: 0, hits: [], searched: { documents: 0 } })
    expect(results.waysOn).toEqual(expect.arrayContaining(['drop-filters', 'drop-quotes']))
  })

  it('shows what changed last when only filters are given', async () => {
    expect(titles(await search(ada, { q: 'lang:de' }))).toEqual(['Mietvertrag'])
  })

  it('follows a new title, the trash and the way back', async () => {
    const document = await aDocument(system, ada, {
      name: 'Draft.txt',
      text: 'A text about quinces and nothing else at all.',
    })
    await ada.api('PATCH', `/api/documents/${document.id}`, { title: 'Harvest' })
    await system.index.catchUp()
    expect(titles(await search(ada, { q: 'harvest', mode: 'lexical' }))).toEqual(['Harvest'])
    await ada.post('/api/documents/bulk', { action: 'trash', ids: [document.id] })
    expect(titles(await search(ada, { q: 'quinces' }))).not.toContain('Harvest')
    await ada.post('/api/documents/bulk', { action: 'restore', ids: [document.id] })
    expect(titles(await search(ada, { q: 'quinces' }))[0]).toBe('Harvest')
  })

  it('finds by words again after an upgrade brought another tokeniser', async () => {
    const document = await aDocument(system, ada, {
      name: 'Old.txt',
      text: 'A text about medlars that an older version indexed.',
    })
    const scope = system.systemScope('test')
    await scope.write('test.age', async (tx) => {
      await tx.execute(sql`update passages set postings = set_byte(postings, 0, 0) where document_id = ${document.id}`)
      await tx.execute(sql`insert into index_changes (document_no) select no from documents where id = ${document.id}`)
    })
    await system.index.catchUp()
    expect(titles(await search(ada, { q: 'medlars', mode: 'lexical' }))).toEqual([])
    expect(await refreshPostings(scope)).toBe(1)
    await system.index.catchUp()
    expect(titles(await search(ada, { q: 'medlars', mode: 'lexical' }))).toEqual(['Old'])
  })

  it('turns pages without repeating or losing a result', async () => {
    const whole = await search(ada, { q: 'the month', limit: '10', group: 'passage' })
    const first = await search(ada, { q: 'the month', limit: '2', group: 'passage' })
    const second = await search(ada, { q: 'the month', limit: '2', offset: '2', group: 'passage' })
    expect([...first.hits, ...second.hits].map((hit) => hit.passageId)).toEqual(
      whole.hits.slice(0, 4).map((hit) => hit.passageId),
    )
  })
})

describe('nearestPassages', () => {
  it('gives the same rows through the index as by looking at all, and only visible ones', async () => {
    const scope = scopeOf(ben)
    const [vector] = await system.platform.embedder.embed('query', ['rent of the house'])
    const all = await system.systemScope('test').read((tx) => rows<{ no: number }>(tx, sql`select no from documents`))
    // Every number is asked for, hidden ones too: row-level security alone must keep them back.
    const options = {
      model: 'test-words',
      documents: all.map(({ no }) => no),
      passages: 100,
      limit: 10,
      isCurrent: () => true,
    }
    const exact = await scope.read((tx) => nearestPassages(tx, vector!, { ...options, exactUpTo: 1000 }))
    const indexed = await scope.read((tx) => nearestPassages(tx, vector!, { ...options, passages: 3, exactUpTo: 0 }))
    expect(indexed).toEqual(exact)
    const seen = await scope.read((tx) => rows<{ no: number }>(tx, sql`select no from documents`))
    expect(exact.every(({ documentNo }) => seen.some(({ no }) => no === documentNo))).toBe(true)
    expect(exact.length).toBeGreaterThan(0)
  })

  it('ends alone when whoever asks goes away: nothing is thrown that nobody hears', async () => {
    const unheard: unknown[] = []
    const hear = (reason: unknown) => unheard.push(reason)
    process.on('unhandledRejection', hear)
    try {
      // The web server's own reason for a broken connection is a text, not an Error.
      const gone = AbortSignal.abort('Error: aborted')
      const scope = scopeOf(ben)
      // A database across a wire answers a turn of the event loop later, and by then the question's own end is unheard.
      const far = { ...scope, read: (fn: never) => pause().then(() => scope.read(fn)) } as typeof scope
      const asked = retrieve(far, parseQuery('rent'), { mode: 'hybrid', filters: noFilters, signal: gone })
      await expect(asked).rejects.toBe('Error: aborted')
      await pause()
      expect(unheard).toEqual([])
    } finally {
      process.off('unhandledRejection', hear)
    }
  })
})
