/** The first state of a generated installation: people, keys, places, documents, and a question of each. */
import type { TestSystem } from '../../src/testing/index.ts'
import { has, type KeyScope } from './model.ts'
import type { Random } from './random.ts'
import { World } from './world.ts'

/** The first state: everything a person can do has happened somewhere. */
export async function buildWorld(
  system: TestSystem,
  random: Random,
  size: { collections: number; documents: number },
): Promise<World> {
  const world = new World(system, random)
  const [first, second] = [await world.founder('First'), await world.founder('Second')]
  for (const role of ['admin', 'member', 'member', 'member', 'member', 'viewer', 'viewer'] as const)
    await world.person(first, role)
  for (const role of ['member', 'viewer'] as const) await world.person(second, role)
  const writers = world.callers.filter((caller) => has(caller, 'create'))
  const scopes: KeyScope[][] = [
    ['documents:read', 'search'],
    ['documents:read', 'documents:write', 'search', 'answers'],
    ['search'],
  ]
  for (const list of scopes)
    await world.key(
      random.pick(writers.filter(({ person }) => person.organisation === first.person.organisation)),
      list,
    )
  await world.key(second, ['documents:read', 'documents:write', 'search', 'answers'])
  for (let i = 0; i < size.collections; i += 1) {
    const by = random.pick(writers)
    const mine = world.collections.filter(({ setting }) => setting.owner === by.person)
    const parent = mine.length > 0 && random.chance(0.6) ? random.pick(mine) : null
    await world.collection(
      by,
      parent,
      random.chance(parent ? 0.3 : 0.5) ? random.pick(['private', 'organisation']) : undefined,
    )
  }
  for (let i = 0; i < size.documents; i += 1) {
    const by = random.pick(writers)
    const mine = world.collections.filter(({ setting }) => setting.owner === by.person)
    await world.document(by, mine.length > 0 && random.chance(0.6) ? random.pick(mine) : null)
  }
  for (const caller of world.callers)
    if (has(caller, 'answer')) await world.question(caller, random.pick(world.documents).topic)
  return world
}
