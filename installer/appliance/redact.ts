/** Takes secrets out of text, and proves that none is left: first the known values, then whatever looks like one. */
import { formsOf } from './encodings.ts'

export type Forms = ReturnType<typeof formsOf>
export type Redactor = {
  /** Text without secrets, and how many places were covered. */
  clean(text: string): { text: string; covered: number }
  /** Encodings of known secrets that are found in it; empty: none. Line breaks and letter case do not hide one. */
  leaks(text: string): string[]
}

/** What looks like a secret, whoever made it. The first group stays, so that a reader sees what it was. */
const looks: [RegExp, string][] = [
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----)/g, '$1 [removed] $2'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)[^\s@/]+(@)/gi, '$1[removed]$2'],
  [
    /(\b(?:authorization|cookie|set-cookie|x-api-key)["']?\s*[:=]\s*["']?)(?:bearer |basic )?[^\s"',;]+/gi,
    '$1[removed]',
  ],
  [
    /(\b[\w-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|cipher)["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    '$1[removed]',
  ],
  [/\bbearer\s+[\w.~+/-]{12,}=*/gi, 'bearer [removed]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[removed token]'],
  [/\b(?:sk-[\w-]{16,}|AKIA[0-9A-Z]{16}|ghp_\w{20,}|xox[abprs]-[\w-]{10,})/g, '[removed key]'],
  [/(\/(?:join|setup)[/#?](?:code=)?)[\w-]{8,}/g, '$1[removed]'],
  [/\$argon2\w*\$\S+/g, '[removed hash]'],
  [/\b([\w.+-])[\w.+-]*@([\w-]+\.)+[\w-]{2,}/g, '$1…@[address]'],
]

export function createRedactor(secrets: string[]): Redactor {
  const forms = formsOf(secrets)
  // Ways to write a secret over several lines: a base64 of 76 columns, a wrapped log.
  const flat = forms.filter(({ form }) => form.length >= 12)
  return {
    clean(given) {
      let text = given
      let covered = 0
      for (const { form, token } of forms) {
        if (!text.includes(form)) continue
        const parts = text.split(form)
        covered += parts.length - 1
        text = parts.join(token)
      }
      for (const [pattern, by] of looks)
        text = text.replace(pattern, (...match) => {
          covered++
          return by.replace(/\$(\d)/g, (_, n: string) => String(match[Number(n)] ?? ''))
        })
      return { text, covered }
    },
    leaks(text) {
      const found = new Set<string>()
      for (const { form, encoding } of forms) if (text.includes(form)) found.add(encoding)
      const joined = text.replace(/\s+/g, '')
      for (const { form, encoding } of flat)
        if (joined.includes(form.replace(/\s+/g, ''))) found.add(`${encoding} over several lines`)
      return [...found]
    },
  }
}
