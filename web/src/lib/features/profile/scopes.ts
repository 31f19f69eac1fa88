import type { KeyScope } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'

export const SCOPES: readonly KeyScope[] = ['documents:read', 'documents:write', 'search', 'answers']

export function scopeName(scope: KeyScope): string {
  return {
    'documents:read': m.key_scope_read,
    'documents:write': m.key_scope_write,
    search: m.key_scope_search,
    answers: m.key_scope_answers,
  }[scope]()
}
