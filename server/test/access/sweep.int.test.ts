import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyScopePermissions, permissions, rolePermissions } from '../../src/domain/access/index.ts'
import { aPerson, request, type TestPerson, type TestSystem, testSystem } from '../../src/testing/index.ts'
import { type Door, doorsOf } from '../house/doors.ts'

const never = '01900000-0000-7000-8000-000000000000'
const unsafe = ['POST', 'PUT', 'PATCH', 'DELETE']
const addressOf = (door: Door) => door.path.replace(':id', never).replace(':number', '1').replace(':token', 'nothing')
const named = (door: Door) => `${door.method} ${door.path}`

describe('every door of the application', () => {
  let system: TestSystem
  let doors: Door[]
  let guarded: Door[]
  let viewer: TestPerson
  const keys = new Map<string, string>()
  beforeAll(async () => {
    system = await testSystem()
    doors = doorsOf(system.app).filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'))
    guarded = doors.filter(({ policy }) => !policy?.startsWith('open: '))
    viewer = await aPerson(system, { role: 'viewer' })
    for (const scope of Object.keys(keyScopePermissions))
      keys.set(
        scope,
        (await system.owner.post<{ secret: string }>('/api/me/keys', { name: scope, scopes: [scope] })).secret,
      )
  })
  afterAll(() => system.stop())

  const answers = async (list: Door[], headers: Record<string, string>) =>
    Promise.all(
      list.map(
        async (door) =>
          `${named(door)} ${(await request(system.app, door.method, addressOf(door), undefined, headers)).status}`,
      ),
    )
  const all = (list: Door[], status: number) => list.map((door) => `${named(door)} ${status}`)

  it('lets nobody in without a sign-in where it is guarded', async () => {
    expect(guarded.length).toBeGreaterThan(30)
    expect(await answers(guarded, {})).toEqual(all(guarded, 401))
  })

  it('knows no made-up, cut, lengthened or recased key, and takes a key nowhere but in its header', async () => {
    const key = keys.get('search')!
    const carriers: Record<string, string>[] = [
      { authorization: `Bearer isk_${'a'.repeat(40)}` },
      { authorization: `Bearer ${key.slice(0, -1)}` },
      { authorization: `Bearer ${key}a` },
      { authorization: `Bearer ${key.toUpperCase()}` },
      { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` },
      { authorization: key },
      { 'x-api-key': key },
      { cookie: `innosynth.session_token=${key}` },
      { authorization: 'Bearer ' },
    ]
    for (const headers of carriers) expect(await answers(guarded, headers)).toEqual(all(guarded, 401))
    expect((await request(system.app, 'GET', `/api/search?q=a&key=${key}&access_token=${key}`)).status).toBe(401)
  })

  it('does not fall back on the cookie when a key is wrong', async () => {
    expect(await answers(guarded, { cookie: system.owner.cookie, authorization: 'Bearer isk_wrong' })).toEqual(
      all(guarded, 401),
    )
  })

  it('refuses a key without the scope', async () => {
    for (const [scope, secret] of keys) {
      const closed = guarded.filter(
        ({ policy }) => !keyScopePermissions[scope]!.some((permission) => permission === policy),
      )
      expect(closed.length).toBeGreaterThan(5)
      expect(await answers(closed, { authorization: `Bearer ${secret}` })).toEqual(all(closed, 403))
    }
  })

  it('refuses a viewer who would change anything but their own profile, and their conversations', async () => {
    const closed = guarded.filter(({ policy }) => !rolePermissions.viewer.some((permission) => permission === policy))
    expect(await answers(closed, { cookie: viewer.cookie })).toEqual(all(closed, 403))
    const open = guarded.filter((door) => unsafe.includes(door.method) && !closed.includes(door))
    expect(
      [...new Set(open.map(({ policy }) => policy))].every((policy) => policy === 'profile' || policy === 'answer'),
    ).toBe(true)
  })

  it('refuses what another site sends along with our cookie', async () => {
    const writing = doors.filter(({ method }) => unsafe.includes(method))
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]
    for (const headers of foreign)
      expect(await answers(writing, { cookie: system.owner.cookie, host: 'localhost:4400', ...headers })).toEqual(
        all(writing, 403),
      )
  })

  it('says nothing of how it is built when it refuses', async () => {
    const plain = guarded.filter(({ path }) => !path.endsWith('/stream'))
    const bodies = await Promise.all(
      plain.map(async (door) =>
        (await request(system.app, door.method, addressOf(door), undefined, { cookie: viewer.cookie })).text(),
      ),
    )
    for (const body of bodies)
      expect(body).not.toMatch(/node_modules|at \w+ \(|select |drizzle|postgres:|\/server\/src/i)
  })

  it('stands in role-permissions.txt with who may pass it', async () => {
    const roles = ['viewer', 'member', 'admin', 'owner'] as const
    const scopes = Object.keys(keyScopePermissions)
    const mark = (holds: boolean) => (holds ? 'yes' : '-')
    const table = (header: string[], lines: string[][]) =>
      [header, ...lines]
        .map((cells) =>
          cells
            .map((cell, i) => cell.padEnd(i === 0 ? 20 : 17))
            .join('')
            .trimEnd(),
        )
        .join('\n')
    const matrix = table(
      ['permission', ...roles, ...scopes],
      permissions.map((permission) => [
        permission,
        ...roles.map((role) => mark(rolePermissions[role].includes(permission))),
        ...scopes.map((scope) => mark(keyScopePermissions[scope]!.includes(permission))),
      ]),
    )
    const routes = doors
      .map((door) => `${(door.policy?.startsWith('open: ') ? 'open' : (door.policy ?? '')).padEnd(20)}${named(door)}`)
      .sort()
      .join('\n')
    await expect(
      `What a role may do, and what an API key of each scope may do of that. Written by sweep.int.test.ts; a change needs a reviewer who agrees.\n\n${matrix}\n\nThe permission before each door:\n\n${routes}\n`,
    ).toMatchFileSnapshot('role-permissions.txt')
  })
})
