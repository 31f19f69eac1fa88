import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodings } from './encodings.ts'
import { createRedactor } from './redact.ts'
import { pack } from './support-bundle.ts'
import { Stop } from './verb.ts'

const now = new Date('2026-11-24T12:00:00Z')

/** Secrets as the installer makes them, and as people make them. */
function plant(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const random = randomBytes(32)
    if (i % 4 === 0) return random.toString('hex')
    if (i % 4 === 1) return `Kö"nig's\\${random.toString('base64').slice(0, 18)}&<%+ß`
    return random.toString('base64url')
  })
}

describe('a support bundle', () => {
  it('holds none of 500 planted secrets in any of 30 encodings', { timeout: 120_000 }, () => {
    const secrets = plant(500)
    expect(encodings.length).toBeGreaterThanOrEqual(20)
    const lines = secrets.flatMap((secret, i) =>
      encodings.map(
        ({ of }, j) => `2026-11-24T12:00:00Z ${['value', 'saw', 'header x'][(i + j) % 3]}=${of(secret)} end`,
      ),
    )
    const gathered = Array.from({ length: 20 }, (_, part) => ({
      path: `logs/${part}.txt`,
      content: lines.filter((_, i) => i % 20 === part).join('\n'),
    }))
    const { archive, files } = pack(gathered, secrets, now)
    const written = gunzipSync(archive).toString('utf8')
    const left = secrets.flatMap((secret) => encodings.filter(({ of }) => written.includes(of(secret))))
    expect(left).toEqual([])
    expect(files.reduce((sum, { covered }) => sum + covered, 0)).toBeGreaterThanOrEqual(500 * 20)
    // What is no secret is still there to be read.
    expect(written.split(' end').length - 1).toBeGreaterThan(14_000)
  })

  it('is not written when a secret hides where covering does not reach', () => {
    const secret = randomBytes(32).toString('base64url')
    const wrapped = `${secret.slice(0, 20)}\n${secret.slice(20)}`
    const attempt = () => pack([{ path: 'logs/a.txt', content: `one ${wrapped} two` }], [secret], now)
    expect(attempt).toThrow(Stop)
    expect(attempt).toThrow(/nothing was written/)
  })

  it('tells the reader where the same secret stood, without telling the secret', () => {
    const [one, two] = plant(2) as [string, string]
    const { clean } = createRedactor([one, two])
    const [first, second, third] = clean(`a ${one}\nb ${one}\nc ${two}`)
      .text.split('\n')
      .map((line) => line.slice(2))
    expect(first).toBe(second)
    expect(first).not.toBe(third)
    expect(first).toMatch(/^\[secret [0-9a-f]{8}\]$/)
  })

  it.each([
    ['postgres://innosynth_api:hunter2@postgres/x', 'hunter2'],
    ['Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['cookie: session=s3cr3tvalue', 's3cr3tvalue'],
    ['{"password":"geheim1"}', 'geheim1'],
    ['GET /join/abcdefghijklmnopqrstu HTTP/1.1', 'abcdefghijklmnopqrstu'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----', 'MIIEvQIBADAN'],
    ['sign-in of vera.viewer@example.org refused', 'vera.viewer@example.org'],
  ])('covers what looks like a secret though nobody named it: %s', (line, hidden) => {
    const { text, covered } = createRedactor([]).clean(line)
    expect(text).not.toContain(hidden)
    expect(covered).toBeGreaterThan(0)
  })

  it('leaves ordinary lines as they are', () => {
    const line = '{"level":30,"time":"2026-11-24T17:21:22.077Z","documents":0,"msg":"search index loaded"}'
    expect(createRedactor(plant(10)).clean(line)).toEqual({ text: line, covered: 0 })
  })
})
