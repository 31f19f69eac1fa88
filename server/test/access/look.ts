/** How a reading route is asked, and what all of them share. */
import { type Caller, type Collection, type Document, has, inLibrary, type Power } from './model.ts'
import type { Answer, World } from './world.ts'

export type Subject = { caller: Caller; document: Document; collection: Collection }
export type Read = (world: World, subject: Subject) => Promise<void>

export const sorted = (list: readonly string[]) => [...list].sort()
export const ids = (list: readonly { id: string }[]) => sorted(list.map(({ id }) => id))

/** Asks, and compares the status with what the caller's role, scopes and sight allow. `undefined`: refused as it should be. */
export async function reach(
  world: World,
  caller: Caller,
  power: Power,
  path: string,
  sees = true,
  said: string[] = [],
): Promise<Answer | undefined> {
  const answer = await world.ask(caller, 'GET', path, undefined, { said })
  const expected = caller.person.disabled ? 401 : !has(caller, power) ? 403 : sees ? 200 : 404
  world.same(caller, 'GET', path, 'status', answer.status, expected)
  return answer.status === 200 && expected === 200 ? answer : undefined
}

export const libraryOf = (world: World, caller: Caller) =>
  world.documents.filter((document) => inLibrary(caller, document))
