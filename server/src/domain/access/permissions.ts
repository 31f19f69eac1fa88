import type { PersonActor, Role } from '../../db/index.ts'

/** What a role may do at all. What a person may do with one document is decided by its access list. */
export const permissions = [
  'profile',
  'document.read',
  'document.create',
  'document.change',
  'collection.create',
  'search',
  'answer',
  'person.find',
  'person.manage',
  'setting.manage',
  'status.read',
] as const
export type Permission = (typeof permissions)[number]

const viewer: Permission[] = ['profile', 'document.read', 'search', 'answer', 'person.find', 'status.read']
const member: Permission[] = [...viewer, 'document.create', 'document.change', 'collection.create']
const admin: Permission[] = [...member, 'person.manage', 'setting.manage']

export const rolePermissions: Record<Role, readonly Permission[]> = { viewer, member, admin, owner: admin }

/** An API key's scopes narrow its owner's role; nothing that is not listed can be reached with a key. */
export const keyScopePermissions: Record<string, readonly Permission[]> = {
  'documents:read': ['document.read', 'status.read'],
  'documents:write': ['document.read', 'document.create', 'document.change', 'collection.create'],
  search: ['search', 'status.read'],
  answers: ['answer'],
}

export function may(actor: PersonActor, permission: Permission): boolean {
  if (!rolePermissions[actor.role].includes(permission)) return false
  if (actor.via.kind !== 'api-key') return true
  return actor.via.scopes.some((scope) => keyScopePermissions[scope]?.includes(permission))
}
