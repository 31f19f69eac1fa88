import type { Person, Role } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'

export function roleName(role: Role): string {
  return { owner: m.role_owner, admin: m.role_admin, member: m.role_member, viewer: m.role_viewer }[role]()
}
/** What the role may do, in a sentence. */
export function roleEffect(role: Role): string {
  return { owner: m.role_owner_may, admin: m.role_admin_may, member: m.role_member_may, viewer: m.role_viewer_may }[
    role
  ]()
}
export function stateName(state: Person['state']): string {
  return { active: m.person_active, invited: m.person_invited, disabled: m.person_disabled }[state]()
}
