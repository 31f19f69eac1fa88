/** What an error means to a person. The server's own sentence says more where it speaks the page's language. */
import { ApiError } from '#lib/api/http.ts'
import { locale } from './locale.svelte.ts'
import { m } from '#lib/paraglide/messages.js'

export type Explained = { title: string; detail: string | null; requestId: string | null }

export function explain(error: unknown): Explained {
  if (!(error instanceof ApiError)) return { title: m.failed_internal(), detail: null, requestId: null }
  const titles: Record<string, () => string> = {
    not_found: m.failed_not_found,
    forbidden: m.failed_forbidden,
    unauthenticated: m.failed_unauthenticated,
    invalid: m.failed_invalid,
    conflict: m.failed_conflict,
    limit_reached: m.failed_limit_reached,
    precondition: m.failed_precondition,
    unavailable: m.failed_unavailable,
    offline: m.failed_offline,
    internal: m.failed_internal,
  }
  const title = (titles[error.code] ?? m.failed_internal)()
  const own = error.message && error.code !== 'offline' && error.code !== 'internal' ? error.message : null
  // In English the server's sentence is the better title; in other languages ours leads and its words follow.
  if (own && locale.now === 'en') return { title: own, detail: null, requestId: error.requestId }
  return { title, detail: own, requestId: error.requestId }
}

/** One sentence, for a field or a toast. */
export function sentenceOf(error: unknown): string {
  const { title, detail } = explain(error)
  return detail ? `${title} (${detail})` : title
}
