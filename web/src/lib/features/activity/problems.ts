/** Why a file could not be read, in the reader's language; the server's own sentence stands in where a code is new. */
import { locale, m } from '#lib/i18n/index.ts'

export function problemWords(problem: { code: string; message: string }): { title: string; detail: string | null } {
  const known: Record<string, () => string> = {
    encrypted: m.problem_encrypted,
    empty: m.problem_empty,
    unsupported: m.problem_unsupported,
    damaged: m.problem_damaged,
    too_many_pages: m.problem_too_many_pages,
    too_large_unpacked: m.problem_too_large_unpacked,
    too_deeply_nested: m.problem_too_deeply_nested,
    too_slow: m.problem_too_slow,
    too_much_memory: m.problem_too_much_memory,
    crashed: m.problem_crashed,
    infected: m.problem_infected,
    not_scanned: m.problem_not_scanned,
  }
  // In English the server says it best itself: it knows the file.
  if (locale.now === 'en' && problem.message) return { title: problem.message, detail: null }
  const own = known[problem.code]
  return own ? { title: own(), detail: null } : { title: m.stage_failed(), detail: problem.message || null }
}
