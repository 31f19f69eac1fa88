import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { rows, sql, type Tx } from '../../db/index.ts'
import { aPerson, request, type TestPerson, type TestSystem, testSystem } from '../../testing/index.ts'
import type { Me, Person } from './contract.ts'

const password = 'a long enough password'
const plain = async (response: Response) => [
  response.status,
  (await response.text()).replace(/"requestId":"[^"]*"/, ''),
]

describe('people, their sign-ins and keys', () => {
  let system: TestSystem
  let admin: TestPerson
  beforeAll(async () => {
    system = await testSystem()
    admin = await aPerson(system, { role: 'admin', name: 'Ann Admin' })
  })
  afterAll(() => system.stop())

  const signIn = (email: string, given = password) =>
    request(system.app, 'POST', '/api/sign-in', { email, password: given })
  const audit = (action: string) =>
    system.db.drizzle
      .execute(sql`select count(*)::int as n from audit_events where action = ${action}`)
      .then(
        (found) =>
          ((Array.isArray(found) ? found : (found as unknown as { rows: { n: number }[] }).rows) as { n: number }[])[0]!
            .n,
      )

  const refusal = (attempt: (tx: Tx) => Promise<void>) =>
    system.db.transaction(attempt).then(
      () => 'done',
      (error: Error) => String(error.cause ?? error),
    )

  it('says the same to a wrong password, an unknown address and a disabled person', async () => {
    const dora = await aPerson(system)
    await admin.api('PATCH', `/api/people/${dora.id}`, { disabled: true })
    const answers = [
      await plain(await signIn(admin.email, 'not the right password')),
      await plain(await signIn('nobody@example.test')),
      await plain(await signIn(dora.email)),
    ]
    expect(answers[0]![0]).toBe(401)
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it('slows down whoever guesses, and tells them when to come back', async () => {
    const vera = await aPerson(system)
    const statuses: number[] = []
    for (let i = 0; i < 11; i += 1) statuses.push((await signIn(vera.email, `guess number ${i}`)).status)
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    const right = await signIn(vera.email)
    expect(right.status).toBe(429)
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('does not count those who sign in rightly, so that an office behind one address stays in', async () => {
    const tom = await aPerson(system)
    for (let i = 0; i < 105; i += 1) expect((await signIn(tom.email)).status).toBe(200)
  }, 120_000)

  it('lets a join link work once, for a person who is enabled, and a new link ends the old', async () => {
    const { person, join: link } = await admin.post<{ person: Person; join: { url: string } }>('/api/people', {
      name: 'Jo',
      email: 'jo@example.test',
      role: 'member',
    })
    const first = link.url.split('/').at(-1)
    expect((await request(system.app, 'GET', `/api/join/${first}`)).status).toBe(200)
    const second = (await admin.post<{ url: string }>(`/api/people/${person.id}/join-link`, {})).url.split('/').at(-1)
    expect((await request(system.app, 'POST', `/api/join/${first}`, { password })).status).toBe(404)
    const tries = await Promise.all(
      [1, 2, 3].map(() => request(system.app, 'POST', `/api/join/${second}`, { password })),
    )
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 404, 404])
    const third = (await admin.post<{ url: string }>(`/api/people/${person.id}/join-link`, {})).url.split('/').at(-1)
    await admin.api('PATCH', `/api/people/${person.id}`, { disabled: true })
    expect((await request(system.app, 'POST', `/api/join/${third}`, { password })).status).toBe(404)
  })

  it('ends everything of a disabled person at once: cookie, key, and the next sign-in', async () => {
    const karl = await aPerson(system)
    const { secret } = await karl.post<{ secret: string }>('/api/me/keys', {
      name: 'Script',
      scopes: ['search', 'documents:read'],
    })
    const byKey = () => request(system.app, 'GET', '/api/documents', undefined, { authorization: `Bearer ${secret}` })
    expect((await byKey()).status).toBe(200)
    await admin.api('PATCH', `/api/people/${karl.id}`, { disabled: true })
    expect([
      (await byKey()).status,
      (await karl.api('GET', '/api/me')).status,
      (await signIn(karl.email)).status,
    ]).toEqual([401, 401, 401])
    await admin.api('PATCH', `/api/people/${karl.id}`, { disabled: false })
    expect((await karl.api('GET', '/api/me')).status).toBe(401)
    expect((await signIn(karl.email)).status).toBe(200)
  })

  it('ends every other sign-in when a password changes, and keeps this one', async () => {
    const paula = await aPerson(system)
    const elsewhere = (await signIn(paula.email)).headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    expect(
      (await paula.api('POST', '/api/me/password', { current: 'not my password', next: 'another long password' }))
        .status,
    ).toBe(422)
    expect(
      (await paula.api('POST', '/api/me/password', { current: password, next: 'another long password' })).status,
    ).toBe(204)
    expect((await request(system.app, 'GET', '/api/me', undefined, { cookie: elsewhere })).status).toBe(401)
    expect((await paula.api('GET', '/api/me')).status).toBe(200)
    expect([(await signIn(paula.email)).status, (await signIn(paula.email, 'another long password')).status]).toEqual([
      401, 200,
    ])
  })

  it('lists and ends sign-ins of the person alone', async () => {
    const [eve, fay] = [await aPerson(system), await aPerson(system)]
    const { items } = await eve.get<{ items: { id: string }[] }>('/api/me/sign-ins')
    expect(items).toHaveLength(1)
    expect((await fay.api('DELETE', `/api/me/sign-ins/${items[0]!.id}`)).status).toBe(404)
    expect((await eve.api('GET', '/api/me')).status).toBe(200)
    expect((await eve.api('DELETE', `/api/me/sign-ins/${items[0]!.id}`)).status).toBe(204)
    expect((await eve.api('GET', '/api/me')).status).toBe(401)
  })

  it('keeps an owner: the last one cannot be removed, an administrator touches none', async () => {
    const { owner } = system
    expect((await admin.api('PATCH', `/api/people/${owner.id}`, { name: 'Renamed' })).status).toBe(403)
    expect((await admin.api('PATCH', `/api/people/${owner.id}`, { disabled: true })).status).toBe(403)
    expect((await admin.api('POST', `/api/people/${owner.id}/join-link`)).status).toBe(403)
    expect((await admin.api('PATCH', `/api/people/${admin.id}`, { role: 'owner' })).status).toBe(403)
    expect((await admin.api('POST', '/api/people', { name: 'O', email: 'o@example.test', role: 'owner' })).status).toBe(
      422,
    )
    expect((await owner.api('PATCH', `/api/people/${owner.id}`, { role: 'member' })).status).toBe(409)
    expect((await owner.api('PATCH', `/api/people/${owner.id}`, { disabled: true })).status).toBe(409)
  })

  it('leaves one of two owners who remove each other in the same moment', async () => {
    // Whoever loses is signed out, so this has an installation of its own.
    const alone = await testSystem()
    const second = await aPerson(alone, { role: 'admin' })
    expect((await alone.owner.api('PATCH', `/api/people/${second.id}`, { role: 'owner' })).status).toBe(200)
    const entered = await request(alone.app, 'POST', '/api/sign-in', { email: second.email, password })
    const cookie = entered.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const results = await Promise.all([
      alone.owner.api('PATCH', `/api/people/${second.id}`, { role: 'admin' }),
      request(alone.app, 'PATCH', `/api/people/${alone.owner.id}`, { role: 'admin' }, { cookie }),
    ])
    expect(results.filter(({ status }) => status === 200)).toHaveLength(1)
    const left = await alone.db.transaction((tx) =>
      rows<{ id: string }>(tx, sql`select id from people where role = 'owner' and disabled_at is null`),
    )
    expect(left).toHaveLength(1)
    await alone.stop()
  })

  it('gives cookies that no script reads and no other site sends', async () => {
    const lines = (await signIn(admin.email)).headers.getSetCookie()
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/HttpOnly/i)
    for (const line of lines) expect(line).toMatch(/SameSite=(Lax|Strict)/i)
    const out = await request(system.app, 'POST', '/api/sign-out', undefined, { cookie: lines[0]!.split(';')[0]! })
    expect(out.status).toBe(204)
    expect((await request(system.app, 'GET', '/api/me', undefined, { cookie: lines[0]!.split(';')[0]! })).status).toBe(
      401,
    )
  })

  it('takes no field that a form does not have', async () => {
    const max = await aPerson(system)
    const extra = ['role', 'organisationId', 'disabledAt', 'emailVerified', 'id', 'password', 'email']
    for (const field of extra) {
      expect((await max.api('PATCH', '/api/me', { name: 'Max', [field]: 'owner' })).status, field).toBe(422)
      expect(
        (await max.api('POST', '/api/me/keys', { name: 'k', scopes: ['search'], [field]: 'x' })).status,
        field,
      ).toBe(422)
    }
    for (const field of ['organisationId', 'email', 'password', 'id', 'lastSignInAt'])
      expect((await admin.api('PATCH', `/api/people/${max.id}`, { name: 'Max', [field]: 'x' })).status, field).toBe(422)
    expect((await max.api('POST', '/api/me/keys', { name: 'k', scopes: ['everything'] })).status).toBe(422)
    expect((await max.get<Me>('/api/me')).role).toBe('member')
  })

  it('shows no secret in any answer', async () => {
    const sam = await aPerson(system)
    const { secret, key } = await sam.post<{ secret: string; key: { id: string } }>('/api/me/keys', {
      name: 'Script',
      scopes: ['search'],
    })
    const { join: link } = await admin.post<{ join: { url: string } }>('/api/people', {
      name: 'Ida',
      email: 'ida@example.test',
      role: 'member',
    })
    type Stored = { value: string }
    const stored = await system.db.transaction((tx) =>
      rows<Stored>(
        tx,
        sql`select password as value from credentials union all select token from sign_ins
      union all select hash from api_keys union all select hash from join_links`,
      ),
    )
    const secrets = [...stored.map(({ value }) => value), secret, link.url.split('/').at(-1)!, password].filter(Boolean)
    const paths = [
      '/api/me',
      '/api/me/keys',
      '/api/me/sign-ins',
      '/api/people',
      '/api/people/find?q=',
      '/api/settings',
      '/api/status',
      '/api/home',
      '/api/activity',
      '/api/setup',
      '/api/openapi.json',
    ]
    for (const person of [sam, admin])
      for (const path of paths) {
        const text = await (await person.api('GET', path)).text()
        expect(
          secrets.filter((value) => text.includes(value)),
          path,
        ).toEqual([])
      }
    expect((await sam.api('DELETE', `/api/me/keys/${key.id}`)).status).toBe(204)
    expect(
      (await request(system.app, 'GET', '/api/search?q=a', undefined, { authorization: `Bearer ${secret}` })).status,
    ).toBe(401)
  })

  it('writes an audit row for each change, and the application cannot read, change or remove one', async () => {
    const nina = await aPerson(system)
    const changes: [action: string, act: () => Promise<Response>][] = [
      ['person.change-own', () => nina.api('PATCH', '/api/me', { name: 'Nina' })],
      ['api-key.create', () => nina.api('POST', '/api/me/keys', { name: 'k', scopes: ['search'] })],
      ['person.change', () => admin.api('PATCH', `/api/people/${nina.id}`, { role: 'viewer' })],
      ['person.join-link', () => admin.api('POST', `/api/people/${nina.id}/join-link`)],
      ['sign-in', () => signIn(nina.email)],
      ['sign-in.end', () => admin.api('DELETE', '/api/me/sign-ins')],
      ['collection.create', () => admin.api('POST', '/api/collections', { name: 'Audited' })],
      ['setting.change', () => admin.api('PATCH', '/api/settings', { uploadLimitBytes: 2_000_000 })],
    ]
    for (const [action, act] of changes) {
      const before = await audit(action)
      expect((await act()).ok, action).toBe(true)
      expect(await audit(action), action).toBe(before + 1)
    }
    const vic = await aPerson(system)
    const refused = await audit('person.manage')
    expect((await vic.api('GET', '/api/people')).status).toBe(403)
    expect(await audit('person.manage')).toBe(refused + 1)
    for (const role of ['innosynth_app', 'innosynth_worker', 'innosynth_identity', 'innosynth_index'])
      for (const statement of [
        'select 1 from audit_events',
        `update audit_events set action = 'x'`,
        'delete from audit_events',
        'truncate audit_events',
      ])
        expect(
          await refusal(async (tx) => {
            await tx.execute(sql.raw(`set local role ${role}`))
            await tx.execute(sql.raw(statement))
          }),
          `${role}: ${statement}`,
        ).toMatch(/permission denied/)
  })
})
