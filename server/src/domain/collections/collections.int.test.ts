import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDocument, aPerson, type TestPerson, type TestSystem, testSystem } from '../../testing/index.ts'
import type { Collection } from './contract.ts'

describe('a collection that several people work in', () => {
  let system: TestSystem
  let ada: TestPerson
  let ben: TestPerson
  let carl: TestPerson
  let shared: Collection
  beforeAll(async () => {
    system = await testSystem()
    ada = await aPerson(system, { name: 'Ada' })
    ben = await aPerson(system, { name: 'Ben' })
    carl = await aPerson(system, { name: 'Carl' })
    shared = await ada.post<Collection>('/api/collections', { name: 'Harbour' })
    await share('edit')
  })
  afterAll(() => system.stop())

  const share = (level: 'view' | 'edit') =>
    ada.api('PUT', `/api/collections/${shared.id}/access`, {
      inherit: false,
      audience: 'private',
      people: [
        { personId: ben.id, level },
        { personId: carl.id, level: 'edit' },
      ],
    })

  it('is renamed but not carried off by somebody who may edit', async () => {
    const mine = await ben.post<Collection>('/api/collections', { name: 'Mine' })
    expect((await ben.api('PATCH', `/api/collections/${shared.id}`, { name: 'Port' })).status).toBe(200)
    expect((await ben.api('PATCH', `/api/collections/${shared.id}`, { parentId: mine.id })).status).toBe(403)
    expect((await ben.api('DELETE', `/api/collections/${shared.id}`)).status).toBe(403)
    expect((await carl.api('GET', `/api/collections/${shared.id}/access`)).status).toBe(200)
  })

  it('keeps what others brought in when the maker of a part inside has lost the right to edit', async () => {
    const inside = await ben.post<Collection>('/api/collections', { name: 'Inside', parentId: shared.id })
    const document = await aDocument(system, carl, { text: 'Brought in by Carl.', collection: inside.id })
    await share('view')
    const turned = await ben.api('PUT', `/api/collections/${inside.id}/access`, {
      inherit: false,
      audience: 'private',
      people: [],
    })
    const mine = await ben.post<Collection>('/api/collections', { name: 'Elsewhere' })
    const moved = await ben.api('PATCH', `/api/collections/${inside.id}`, { parentId: mine.id })
    expect([turned.status, moved.status]).toEqual([403, 403])
    expect((await ada.api('GET', `/api/documents/${document.id}`)).status).toBe(200)
    await share('edit')
    expect(
      (
        await ben.api('PUT', `/api/collections/${inside.id}/access`, {
          inherit: false,
          audience: 'private',
          people: [],
        })
      ).status,
    ).toBe(200)
    expect((await ada.api('GET', `/api/documents/${document.id}`)).status).toBe(404)
    expect((await ben.api('GET', `/api/documents/${document.id}`)).status).toBe(200)
  })

  it('is not moved into itself, nor named as its neighbour', async () => {
    const outer = await ada.post<Collection>('/api/collections', { name: 'Outer' })
    const inner = await ada.post<Collection>('/api/collections', { name: 'Inner', parentId: outer.id })
    expect((await ada.api('PATCH', `/api/collections/${outer.id}`, { parentId: inner.id })).status).toBe(409)
    expect((await ada.api('POST', '/api/collections', { name: 'Outer' })).status).toBe(409)
  })

  it('is removed with its documents going to the trash of whoever may take them out again', async () => {
    const place = await ada.post<Collection>('/api/collections', { name: 'Short-lived', audience: 'organisation' })
    const document = await aDocument(system, ada, { text: 'In a place that goes away.', collection: place.id })
    expect((await ada.api('DELETE', `/api/collections/${place.id}`)).status).toBe(204)
    const trash = (person: TestPerson) =>
      person
        .get<{ items: { id: string }[] }>('/api/documents?view=trash')
        .then(({ items }) => items.map(({ id }) => id))
    expect(await trash(ada)).toContain(document.id)
    expect(await trash(ben)).toEqual([])
    await system.owner.api('PATCH', `/api/people/${ada.id}`, { role: 'viewer' })
    const signedIn = await system.app.request('/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ada.email, password: 'a long enough password' }),
    })
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const asViewer = await system.app.request('/api/documents?view=trash', { headers: { cookie } })
    expect(((await asViewer.json()) as { total: number }).total).toBe(0)
  })
})
