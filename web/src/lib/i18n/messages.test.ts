import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../../../messages/', import.meta.url)
const source = new URL('../../', import.meta.url)
const files = readdirSync(folder)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>
const keysOf = (name: string) => Object.keys(read(name)).filter((key) => key !== '$schema')
const all = (language: string) => files.filter((file) => file.startsWith(`${language}.`)).flatMap(keysOf)
/** The variables of a message: names in braces, of any of its variants. */
const variables = (message: unknown) =>
  [...new Set([...JSON.stringify(message).matchAll(/\{([a-z]+)\}/gi)].map((match) => match[1]))].sort()

test('English and German say the same things', () => {
  expect(all('de').sort()).toEqual(all('en').sort())
})

test('no message stands in two files', () => {
  for (const language of ['en', 'de']) expect(new Set(all(language)).size).toBe(all(language).length)
})

test('a translation uses the variables of the original, and none is empty', () => {
  for (const file of files.filter((name) => name.startsWith('en.'))) {
    const english = read(file)
    const german = read(file.replace('en.', 'de.'))
    for (const [key, message] of Object.entries(english)) {
      if (key === '$schema') continue
      expect(variables(german[key]), key).toEqual(variables(message))
      expect(JSON.stringify(german[key])?.length, key).toBeGreaterThan(2)
    }
  }
})

test('every message is used somewhere', () => {
  const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(svelte|ts)$/.test(path) && !path.includes('paraglide'))
    .map((path) => readFileSync(new URL(path, source), 'utf8'))
    .join('\n')
  const used = new Set([...code.matchAll(/\bm\.([a-z0-9_]+)/g)].map((match) => match[1]))
  expect(all('en').filter((key) => !used.has(key))).toEqual([])
})
