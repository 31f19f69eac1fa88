import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabaseUrl } from '../../src/config/index.ts'
import { testNumber } from '../../src/testing/outside.ts'
import { type TestSystem, testSystem } from '../../src/testing/index.ts'
import { doorsOf } from '../house/doors.ts'
import { buildWorld } from './build-world.ts'
import { livingDocuments, somethingHappens } from './acts.ts'
import { type Caller, seesCollection, seesDocument } from './model.ts'
import { seeded } from './random.ts'
import type { Subject } from './look.ts'
import { reads } from './reads.ts'
import { probeWrites, withoutIds, writes } from './writes.ts'
import type { World } from './world.ts'

/** SEED gives another installation, CHECKS a longer run: `CHECKS=100000 npm test -- server/test/access/sight`. */
const seed = testNumber('SEED', 3)
const checks = testNumber('CHECKS', 12_000)
const long = 60 * 60_000

describe(`what people see, in an installation made from seed ${seed}`, () => {
  let system: TestSystem
  let world: World
  beforeAll(async () => {
    system = await testSystem()
    world = await buildWorld(system, seeded(seed), { collections: 14, documents: 40 })
    // A first mix of shares, so that the grid below meets more than owners.
    for (let i = 0; i < 60; i += 1) await somethingHappens(world)
  }, long)
  afterAll(async () => {
    process.stdout.write(
      `sight: ${world.checks} answers compared with the model, ${world.faults.length} differences, seed ${seed}\n`,
    )
    await system.stop()
  })

  const subject = (caller: Caller): Subject => ({
    caller,
    document: world.random.pick(livingDocuments(world)),
    collection: world.random.pick(world.collections.filter(({ gone }) => !gone)),
  })

  it('is asked at every route of the application', () => {
    const doors = doorsOf(system.app).map(({ method, path }) => `${method} ${path}`)
    const known = [...Object.keys(reads), ...Object.keys(writes), ...Object.keys(withoutIds)]
    expect(doors.filter((door) => !known.includes(door))).toEqual([])
    expect(known.filter((key) => !doors.includes(key))).toEqual([])
  })

  it(
    'equals the model for everybody at every route that reads',
    async () => {
      for (const caller of world.callers) for (const read of Object.values(reads)) await read(world, subject(caller))
      expect(world.faults.slice(0, 10)).toEqual([])
    },
    long,
  )

  it(
    'equals the model for everybody and every document',
    async () => {
      for (const caller of world.callers)
        for (const document of livingDocuments(world))
          await reads['GET /api/documents/:id']!(world, { ...subject(caller), document })
      expect(world.faults.slice(0, 10)).toEqual([])
    },
    long,
  )

  it(
    'is refused in the same words as what does not exist, at every route that writes, and nothing changes',
    async () => {
      for (const caller of world.callers) await foreignWrites(world, caller, Object.keys(writes))
      expect(world.faults.slice(0, 10)).toEqual([])
    },
    long,
  )

  it(
    'follows every share, move and removal at the next request',
    async () => {
      while (world.checks < checks && world.faults.length === 0) {
        await somethingHappens(world)
        for (let i = 0; i < 2; i += 1) {
          const caller = world.random.pick(world.callers)
          await world.random.pick(Object.values(reads))(world, subject(caller))
          await reads['GET /api/documents/:id']!(world, subject(caller))
        }
        if (world.random.chance(0.05))
          await foreignWrites(world, world.random.pick(world.callers), world.random.some(Object.keys(writes), 3))
      }
      expect(world.faults.slice(0, 10)).toEqual([])
    },
    long,
  )

  /** One rule broken in the database at a time: what the comparison is worth. Needs the owner of the tables, which PGlite is. */
  const broken: [what: string, sql: string][] = [
    ['a document policy that shows everything', 'alter policy app_select on documents using (true)'],
    [
      'a collection policy that forgets the access list',
      'alter policy app_select on collections using (organisation_id = app_organisation())',
    ],
    [
      'a right to look that counts as a right to edit',
      'create or replace function app_editable() returns setof uuid language sql stable as $$ select app_readable() $$',
    ],
  ]
  it.skipIf(testDatabaseUrl() !== undefined).each(broken)(
    'would notice %s',
    async (_what, statement) => {
      const { pglite } = system.db
      const before = world.faults.length
      const kept = await policies(system)
      await pglite!.exec(statement)
      for (const caller of world.pages())
        for (const read of [reads['GET /api/documents']!, reads['GET /api/collections']!])
          await read(world, subject(caller))
      await pglite!.exec(kept)
      expect(world.faults.splice(before).length).toBeGreaterThan(0)
    },
    long,
  )
})

/** Statements that put the rules back as they are now. */
async function policies(system: TestSystem): Promise<string> {
  const { rows: found } = await system.db.pglite!.query<{ statement: string }>(`
    select format('alter policy %I on %I using (%s)', policyname, tablename, qual) as statement from pg_policies where policyname = 'app_select' and tablename in ('documents', 'collections')
    union all select pg_get_functiondef('app_editable'::regproc)`)
  return found.map(({ statement }) => statement).join(';\n')
}

async function foreignWrites(world: World, caller: Caller, keys: string[]) {
  const documents = livingDocuments(world).filter((one) => !seesDocument(caller, one))
  const collections = world.collections.filter((one) => !one.gone && !seesCollection(caller, one))
  const strangers = world.people.filter(({ organisation }) => organisation !== caller.person.organisation)
  if (documents.length === 0 || collections.length === 0) return
  const { random } = world
  await probeWrites(
    world,
    caller,
    {
      document: random.pick(documents),
      collection: random.pick(collections),
      person: random.pick(strangers),
      other: random.pick(strangers),
    },
    keys,
  )
}
