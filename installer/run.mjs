/**
 * The one entry behind every npm script. It must run on Node 20 and before anything is installed, so it and what it
 * imports are plain JavaScript without dependencies.
 *
 *   node installer/run.mjs start|dev|check|test|test:postgres|test:appliance|bench|eval [arguments]
 */
import { fileURLToPath } from 'node:url'
import { ensureDependencies } from './setup/dependencies.mjs'
import { continueOnNode24 } from './setup/node24.mjs'
import { Stop, say } from './setup/say.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const commands = ['start', 'dev', 'check', 'test', 'test:postgres', 'test:appliance', 'bench', 'eval']

const [command = '', ...args] = process.argv.slice(2)
try {
  if (!commands.includes(command)) throw new Stop(`unknown command "${command}"; known: ${commands.join(', ')}`, 2)
  await ensureDependencies(root)
  const elsewhere = await continueOnNode24(root, [fileURLToPath(import.meta.url), command, ...args])
  if (elsewhere !== undefined) process.exitCode = elsewhere
  else {
    const { run } = await import(`./commands/${command.replace(':', '-')}.mjs`)
    process.exitCode = await run(root, args)
  }
} catch (error) {
  if (!(error instanceof Stop)) throw error
  say(error.message)
  process.exitCode = error.code
}
