/** One act of a person: tried through the door, its outcome compared with the model's. */
import { type Caller, has } from './model.ts'
import type { World } from './world.ts'

export type Act = (world: World, caller: Caller) => Promise<void>

export const outcome = (world: World, caller: Caller, sees: boolean, may: boolean) =>
  caller.person.disabled ? 401 : !has(caller, 'change') ? 403 : !sees ? 404 : may ? 200 : 403

export async function attempt(
  world: World,
  caller: Caller,
  method: string,
  path: string,
  body: unknown,
  expected: number,
): Promise<boolean> {
  const { status, text } = await world.ask(caller, method, path, body)
  world.same(caller, method, path, `status for ${JSON.stringify(body)} (${text.slice(0, 120)})`, status, expected)
  return expected < 300 && status < 300
}
