import { join } from 'node:path'
import { runQuietly } from '../setup/child.mjs'
import { say, took } from '../setup/say.mjs'
import { ensureWeb } from '../setup/web.mjs'

/** Name: the program's file in node_modules, its arguments, the part of the repository it runs in. */
const checks = {
  lint: ['oxlint/bin/oxlint', '--quiet .'],
  types: ['typescript/bin/tsc', '--noEmit -p tsconfig.json --incremental --tsBuildInfoFile node_modules/.cache/tsc'],
  format: ['prettier/bin/prettier.cjs', '--check --log-level=warn --cache .'],
  pages: ['svelte-check/bin/svelte-check', '--tsconfig ./tsconfig.json --output human --threshold error', 'web'],
  house: ['vitest/vitest.mjs', 'run --config server/vitest.config.ts --project house --reporter=dot'],
}

/**
 * What can be known in seconds and without a database: format, lint, types, pages, the rules of the house. Arguments
 * choose among them; --fix writes the format first.
 */
export async function run(root, args) {
  const names = args.filter((word) => !word.startsWith('--'))
  const chosen = Object.keys(checks).filter((name) => names.length === 0 || names.includes(name))
  if (args.includes('--fix')) await program(root, ['prettier/bin/prettier.cjs', '--write --log-level=warn .'])
  // svelte-check reads the types and messages that a build writes down.
  if (chosen.includes('pages')) await ensureWeb(root).catch((error) => say(error.message))
  const failed = []
  const lane = async () => {
    for (let name = chosen.shift(); name; name = chosen.shift()) {
      const started = performance.now()
      const { code, output } = await program(root, checks[name])
      say(`${name}: ${code === 0 ? 'in order' : 'not in order'}, ${took(started)}`)
      if (code === 0) continue
      failed.push(name)
      process.stdout.write(`${output.trim()}\n`)
    }
  }
  await Promise.all([lane(), lane()])
  say(failed.length === 0 ? 'everything is in order' : `not in order: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
}

function program(root, [file, words, part = '']) {
  const script = join(root, 'node_modules', file)
  return runQuietly(process.execPath, [script, ...words.split(' ')], { cwd: join(root, part) })
}
