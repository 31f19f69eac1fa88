/** What those who manage people do to them; it ends sign-ins at once. */
import { type Act, attempt } from './attempt.ts'
import { has } from './model.ts'

export const disable: Act = async (world, caller) => {
  const person = world.random.pick(world.people.filter(({ role }) => role !== 'owner'))
  if (!person.disabled && world.random.chance(0.5)) return
  const expected = caller.person.disabled
    ? 401
    : !has(caller, 'people')
      ? 403
      : person.organisation !== caller.person.organisation
        ? 404
        : person === caller.person
          ? 409
          : 200
  if (!(await attempt(world, caller, 'PATCH', `/api/people/${person.id}`, { disabled: !person.disabled }, expected)))
    return
  person.disabled = !person.disabled
  if (!person.disabled) await world.signIn(world.callers.find((one) => one.person === person && one.scopes === null)!)
}

export const changeRole: Act = async (world, caller) => {
  const person = world.random.pick(world.people.filter(({ role, disabled }) => role !== 'owner' && !disabled))
  const role = world.random.pick(['viewer', 'member', 'admin'] as const)
  if (person.role === role) return
  const expected = caller.person.disabled
    ? 401
    : !has(caller, 'people')
      ? 403
      : person.organisation !== caller.person.organisation
        ? 404
        : person === caller.person
          ? 409
          : 200
  if (!(await attempt(world, caller, 'PATCH', `/api/people/${person.id}`, { role }, expected))) return
  person.role = role
  const signed = world.callers.find((one) => one.person === person && one.scopes === null)!
  world.same(
    signed,
    'GET',
    '/api/me',
    'status after a change of role',
    (await world.ask(signed, 'GET', '/api/me')).status,
    401,
  )
  await world.signIn(signed)
}
