import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDocument, aPerson, type TestPerson, type TestSystem, testSystem } from '../../testing/index.ts'
import type { DocumentItem, DocumentView } from './contract.ts'

describe('a document and the people around it', () => {
  let system: TestSystem
  let ada: TestPerson
  let ben: TestPerson
  beforeAll(async () => {
    system = await testSystem()
    ada = await aPerson(system, { name: 'Ada' })
    ben = await aPerson(system, { name: 'Ben' })
  })
  afterAll(() => system.stop())

  it('is private to its owner at first', async () => {
    const document = await aDocument(system, ada, { text: 'The lighthouse was built in 1523.' })
    expect(document.access).toEqual({ audience: 'private', people: 0, inherited: false })
    expect((await ada.api('GET', `/api/documents/${document.id}`)).status).toBe(200)
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(404)
    expect((await system.owner.api('GET', `/api/documents/${document.id}`)).status).toBe(404)
  })

  it('is read but not changed by somebody it was shared with to view', async () => {
    const document = await aDocument(system, ada, { text: 'Shared with Ben.' })
    const shared = await ada.api('PUT', `/api/documents/${document.id}/access`, {
      inherit: false,
      audience: 'private',
      people: [{ personId: ben.id, level: 'view' }],
    })
    expect(shared.status).toBe(200)
    const seen = await ben.get<DocumentView>(`/api/documents/${document.id}`)
    expect(seen.accessDetail.reason).toBe('shared')
    expect(seen.can).toEqual({ edit: false, share: false, remove: false })
    expect((await ben.api('PATCH', `/api/documents/${document.id}`, { title: 'Mine now' })).status).toBe(403)
    expect(
      await ben.api('POST', '/api/documents/bulk', { action: 'trash', ids: [document.id] }).then((r) => r.json()),
    ).toMatchObject({ done: [], refused: [{ id: document.id }] })
  })

  it('follows its collection, and a change of the collection reaches it at once', async () => {
    const collection = await ada.post<{ id: string }>('/api/collections', { name: 'Harbour' })
    const document = await aDocument(system, ada, { text: 'In the harbour collection.', collection: collection.id })
    expect(document.access.inherited).toBe(true)
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(404)
    await ada.api('PUT', `/api/collections/${collection.id}/access`, {
      inherit: false,
      audience: 'organisation',
      people: [],
    })
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(200)
    await ada.api('PUT', `/api/collections/${collection.id}/access`, {
      inherit: false,
      audience: 'private',
      people: [],
    })
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(404)
  })

  it('takes a file of the same name as a new version and notices the same bytes', async () => {
    const first = await aDocument(system, ada, { name: 'plan.txt', text: 'The first plan.' })
    const again = await ada
      .api('POST', '/api/documents?name=copy.txt', Buffer.from('The first plan.'))
      .then((r) => r.json())
    expect(again).toMatchObject({ outcome: 'same', document: { id: first.id } })
    const second = await ada
      .api('POST', '/api/documents?name=plan.txt', Buffer.from('The second plan.'))
      .then((r) => r.json())
    expect(second).toMatchObject({ outcome: 'version', document: { id: first.id } })
    const view = await ada.get<DocumentView>(`/api/documents/${first.id}`)
    expect(view.versions.map((version) => [version.number, version.current])).toEqual([
      [2, false],
      [1, true],
    ])
    const old = await ada.api('GET', `/api/documents/${first.id}/versions/1/file`)
    expect(await old.text()).toBe('The first plan.')
  })

  it('does not tell that somebody else has the same bytes', async () => {
    await aDocument(system, ada, { text: 'A secret twin.' })
    const uploaded = await ben
      .api('POST', '/api/documents?name=twin.txt', Buffer.from('A secret twin.'))
      .then((r) => r.json())
    expect(uploaded.outcome).toBe('created')
  })

  it('goes to the trash, out of sight of others, and comes back', async () => {
    const document = await aDocument(system, ada, { text: 'Soon in the trash.', organisation: true })
    await ada.post('/api/documents/bulk', { action: 'trash', ids: [document.id] })
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(404)
    const trash = await ada.get<{ items: DocumentItem[] }>('/api/documents?view=trash')
    expect(trash.items.map((item) => item.id)).toContain(document.id)
    expect((await ben.get<{ items: DocumentItem[] }>('/api/documents?view=trash')).items).toEqual([])
    await ada.post('/api/documents/bulk', { action: 'restore', ids: [document.id] })
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(200)
  })

  it('makes the folders of a dropped folder, once', async () => {
    const names = ['a.txt', 'b.txt', 'c.txt']
    await Promise.all(
      names.map((name) =>
        ada.api(
          'POST',
          `/api/documents?name=${name}&folder=${encodeURIComponent('../Reports/2026')}`,
          Buffer.from(name),
        ),
      ),
    )
    const { items } = await ada.get<{
      items: { name: string; documents: number; parentId: string | null; id: string }[]
    }>('/api/collections')
    const reports = items.filter((item) => item.name === 'Reports')
    expect(reports).toHaveLength(1)
    const year = items.filter((item) => item.parentId === reports[0]!.id)
    expect(year.map((item) => [item.name, item.documents])).toEqual([['2026', 3]])
  })

  it('refuses a file above the limit and keeps nothing of it', async () => {
    const small = await testSystem({ config: { uploadLimitBytes: 1024 } })
    const refused = await small.owner.api('POST', '/api/documents?name=big.txt', Buffer.alloc(2048, 'x'))
    expect(refused.status).toBe(413)
    expect(await refused.json()).toMatchObject({ error: { code: 'limit_reached' } })
    const names: string[] = []
    for await (const object of small.platform.store.list()) names.push(object.sha256)
    expect(names).toEqual([])
    await small.stop()
  })
})
