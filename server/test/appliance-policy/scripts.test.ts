/** The scripts of the images: a secret is read from its file by whoever needs it and is nobody's argument. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../../compose', import.meta.url))
const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sh'))

/** Lines on which a shell puts a secret file's content elsewhere than into a variable of its own. */
const betrayals = (script: string): string[] =>
  script
    .split('\n')
    .filter((line) => /\$\((cat|<)[^)]*secrets/.test(line) && !/^\s*[A-Z][A-Z0-9_]*=\$\([^)]*\)$/.test(line))

it.each(scripts)('%s gives no secret to a program as an argument, where the whole host could read it', (path) => {
  expect(betrayals(readFileSync(`${folder}/${path}`, 'utf8'))).toEqual([])
})

it('is told of a script that does', () => {
  expect(betrayals(`psql --set password="$(cat "$secrets/owner_password")"`)).toHaveLength(1)
  expect(betrayals('ROOT_SECRET_KEY=$(cat /run/secrets/secret_key)')).toEqual([])
  expect(scripts.length).toBeGreaterThanOrEqual(3)
})
