/** Every way in which a secret may stand in a log, a dump or a command line, so that a scan finds it in each. */
import { createHash } from 'node:crypto'

export type Encoding = { name: string; of(secret: string): string }

const bytes = (secret: string) => Buffer.from(secret, 'utf8')
const each = (secret: string, as: (byte: number) => string, between = '') => [...bytes(secret)].map(as).join(between)
const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const units = (secret: string) =>
  Array.from({ length: secret.length }, (_, i) => secret.charCodeAt(i).toString(16).padStart(4, '0'))

export const encodings: Encoding[] = [
  { name: 'plain', of: (s) => s },
  { name: 'base64', of: (s) => bytes(s).toString('base64') },
  { name: 'base64 without padding', of: (s) => bytes(s).toString('base64').replace(/=+$/, '') },
  { name: 'base64url', of: (s) => bytes(s).toString('base64url') },
  { name: 'base64 within more text, shifted by one', of: (s) => inside(s, 1) },
  { name: 'base64 within more text, shifted by two', of: (s) => inside(s, 2) },
  { name: 'base64 of base64', of: (s) => Buffer.from(bytes(s).toString('base64')).toString('base64') },
  { name: 'hex', of: (s) => each(s, hex) },
  { name: 'hex, capital', of: (s) => each(s, hex).toUpperCase() },
  { name: 'hex with colons', of: (s) => each(s, hex, ':') },
  { name: 'hex with spaces', of: (s) => each(s, hex, ' ') },
  { name: 'hex escapes', of: (s) => each(s, (byte) => `\\x${hex(byte)}`) },
  { name: 'octal escapes', of: (s) => each(s, (byte) => `\\${byte.toString(8).padStart(3, '0')}`) },
  { name: 'percent, all bytes', of: (s) => each(s, (byte) => `%${hex(byte).toUpperCase()}`) },
  { name: 'percent, all bytes, small', of: (s) => each(s, (byte) => `%${hex(byte)}`) },
  { name: 'percent, as in addresses', of: (s) => encodeURIComponent(s) },
  { name: 'percent twice', of: (s) => encodeURIComponent(encodeURIComponent(s)) },
  { name: 'JSON', of: (s) => JSON.stringify(s).slice(1, -1) },
  { name: 'JSON within JSON', of: (s) => JSON.stringify(JSON.stringify(s)).slice(3, -3) },
  {
    name: 'unicode escapes',
    of: (s) =>
      units(s)
        .map((unit) => `\\u${unit}`)
        .join(''),
  },
  { name: 'HTML, decimal', of: (s) => [...s].map((c) => `&#${c.codePointAt(0)};`).join('') },
  { name: 'HTML, hex', of: (s) => [...s].map((c) => `&#x${c.codePointAt(0)!.toString(16)};`).join('') },
  { name: 'backwards', of: (s) => [...s].reverse().join('') },
  {
    name: 'turned by thirteen',
    of: (s) =>
      s.replace(/[a-z]/gi, (c) => String.fromCharCode((((c.charCodeAt(0) & 31) + 12) % 26) + (c < 'a' ? 65 : 97))),
  },
  { name: 'bytes as a list', of: (s) => each(s, String, ',') },
  { name: 'bytes as a list with spaces', of: (s) => each(s, String, ', ') },
  { name: 'UTF-16 in base64', of: (s) => Buffer.from(s, 'utf16le').toString('base64') },
  { name: 'quoted for a shell', of: (s) => s.replaceAll("'", `'\\''`) },
  { name: 'capital', of: (s) => s.toUpperCase() },
  { name: 'small', of: (s) => s.toLowerCase() },
]

/** The part of a base64 text that stays the same whatever stands before and after: three phases, two of them here. */
function inside(secret: string, shift: 1 | 2): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes(secret)])
    .toString('base64')
    .replace(/=+$/, '')
  const length = Math.floor(((shift + bytes(secret).length) * 8) / 6)
  return whole.slice(shift === 1 ? 2 : 3, length)
}

/** Short values would be found everywhere and say nothing; a set-up code is the shortest secret there is. */
export const shortest = 8

/** All forms of the secrets, longest first, with the token that stands for each. The same secret has the same token. */
export function formsOf(secrets: string[]): { form: string; token: string; encoding: string }[] {
  const forms = new Map<string, { form: string; token: string; encoding: string }>()
  for (const secret of new Set(secrets)) {
    if (secret.length < shortest) continue
    const token = `[secret ${createHash('sha256').update(`innosynth ${secret}`).digest('hex').slice(0, 8)}]`
    for (const { name, of } of encodings) {
      const form = of(secret)
      if (form.length >= shortest && !forms.has(form)) forms.set(form, { form, token, encoding: name })
    }
  }
  return [...forms.values()].sort((a, b) => b.form.length - a.form.length)
}
