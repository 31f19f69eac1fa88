import { join } from 'node:path'
import { runQuietly } from '../setup/child.mjs'
import { say, took } from '../setup/say.mjs'

/** What can be known in seconds and without a database: format, lint, types, pages, the rules of the house. */
export async function run(root, args) {
  const bin = (name, file) => join(root, 'node_modules', name, file)
  const node = (script, ...rest) => [process.execPath, [script, ...rest]]
  const checks = {
    lint: node(bin('oxlint', 'bin/oxlint'), '--quiet', '.'),
    types: node(bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'tsconfig.json'),
    format: node(bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '--cache', '.'),
    pages: node(
      bin('svelte-check', 'bin/svelte-check'),
      '--tsconfig',
      './web/tsconfig.json',
      '--workspace',
      'web',
      '--output',
      'human-verbose',
    ),
    house: node(
      bin('vitest', 'vitest.mjs'),
      'run',
      '--config',
      'server/vitest.config.ts',
      '--project',
      'house',
      '--reporter=dot',
    ),
  }
  const chosen = Object.entries(checks).filter(([name]) => args.length === 0 || args.includes(name))
  const failed = []
  const one = async ([name, [program, words]]) => {
    const started = performance.now()
    const { code, output } = await runQuietly(program, words, { cwd: root })
    say(`${name}: ${code === 0 ? 'in order' : 'not in order'}, ${took(started)}`)
    if (code === 0) return
    failed.push(name)
    process.stdout.write(`${output.trim()}\n`)
  }
  const waiting = [...chosen]
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await one(next)
  }
  await Promise.all([lane(), lane()])
  say(failed.length === 0 ? 'everything is in order' : `not in order: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
}
