/**
 * Work on data for the administrator's command line, one verb a run, in a container beside the stack:
 * docker compose run --rm --no-deps command VERB [--OPTION VALUE]. The result is one JSON object on stdout; logs go to
 * stderr. Exit codes: 0 done, 1 done and something is not as it should be, 2 wrong use or wrong settings, 4 failed.
 */
import { text as readAll } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { openCommand } from './boot-command.ts'
import { boot } from './boot.ts'
import { userVerbs } from './command/user.ts'
import { ConfigError, readConfig } from './config/index.ts'
import {
  checkObjects,
  copyObjects,
  followObjects,
  Facts,
  newestHeartbeat,
  pruneObjects,
  readFacts,
  reconcile,
  recordFacts,
  rehearse,
  restoreObjects,
  smoke,
} from './domain/system/index.ts'
import { AppError } from './platform/app-error.ts'
import { createLog } from './platform/log/index.ts'

type Given = Record<string, string | boolean | undefined>
/** `code` 1: the work was done and found something that is not as it should be. */
type Done = { code: 0 | 1; result: unknown }

class WrongUse extends Error {}

const folder = (given: Given) => String(given['folder'] ?? '/backup/objects')

/** Verb → what it does. Each closes what it opened, whatever happens. */
const verbs: Record<string, (given: Given) => Promise<Done>> = {
  /** Copies what the backup does not have: --set NAME leaves the list of what the database names. */
  'objects-copy': (given) =>
    work('backup', async ({ scope }) => {
      const set = given['set']
      const result = await copyObjects(scope, folder(given), typeof set === 'string' ? set : undefined)
      return { code: result.damaged.length === 0 ? 0 : 1, result }
    }),
  /** Copies for as long as it runs, every half minute: the files' counterpart of continuous archiving. */
  'objects-follow': (given) =>
    work('backup', async ({ scope }) => {
      const stop = new AbortController()
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
      await followObjects(scope, folder(given), stop.signal)
      return { code: 0, result: {} }
    }),
  /** Reads every file of the backup and compares it with its name; --list NAME: those of one set. */
  'objects-verify': async (given) => {
    const result = await checkObjects(folder(given), String(given['list'] ?? '') || undefined)
    return { code: result.damaged.length + result.absent.length === 0 ? 0 : 1, result }
  },
  /** Removes files that none of the kept sets names: --keep a,b,c. */
  'objects-prune': async (given) => ({
    code: 0,
    result: await pruneObjects(
      folder(given),
      String(given['keep'] ?? '')
        .split(',')
        .filter(Boolean),
      new Date(),
    ),
  }),
  /** Brings files back into the store; --sample N: so many of them. */
  'objects-restore': (given) =>
    work('restore', async ({ scope }) => {
      const sample = given['sample'] === undefined ? undefined : Number(given['sample'])
      const result = await restoreObjects(scope, folder(given), sample)
      return { code: result.missing.length === 0 ? 0 : 1, result }
    }),
  reconcile: (given) =>
    work('restore', async ({ scope }) => {
      const result = await reconcile(scope, folder(given), { bringBackErased: given['bring-back-erased'] === true })
      return { code: result.missing.length === 0 ? 0 : 1, result }
    }),
  /** Takes facts as JSON from stdin; without --write it shows them. */
  facts: (given) =>
    work('facts', async ({ scope }) => {
      if (given['write'] === true) await recordFacts(scope, Facts.parse(JSON.parse(await readAll(process.stdin))))
      return { code: 0, result: { facts: await readFacts(scope), heartbeat: await newestHeartbeat(scope) } }
    }),
  smoke: (given) =>
    work('smoke', async ({ door }) => {
      const result = await smoke(door, String(given['url'] ?? 'http://server:8080'), {
        patienceMs: Number(given['patience'] ?? 120) * 1000,
      })
      return { code: result.ok ? 0 : 1, result }
    }),
  /** Rows, files, and a question, in a restored copy that nobody uses. */
  rehearse: async (given) => {
    const system = await boot({ config: readConfig(), works: false, log: createLog('warn', 2) })
    try {
      await system.index.loaded
      const sample = Number(given['sample'] ?? 200)
      const result = await rehearse(system.db, system.systemScope('drill'), folder(given), sample)
      return { code: result.ok ? 0 : 1, result }
    } finally {
      await system.stop()
    }
  },
}

for (const [name, what] of Object.entries(userVerbs))
  verbs[name] = (given) =>
    work('user', async ({ door }) => ({ code: 0, result: await what(door, given, readConfig().url ?? '') }))

async function work(name: string, what: (opened: Awaited<ReturnType<typeof openCommand>>) => Promise<Done>) {
  const opened = await openCommand(name)
  try {
    return await what(opened)
  } finally {
    await opened.close()
  }
}

const options = {
  folder: { type: 'string' },
  set: { type: 'string' },
  list: { type: 'string' },
  keep: { type: 'string' },
  sample: { type: 'string' },
  url: { type: 'string' },
  patience: { type: 'string' },
  email: { type: 'string' },
  name: { type: 'string' },
  write: { type: 'boolean' },
  'bring-back-erased': { type: 'boolean' },
} as const

async function main(args: string[]): Promise<number> {
  const [name = 'help', ...rest] = args
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (!verb) throw new WrongUse(`Verbs: ${Object.keys(verbs).join(', ')}`)
  const { values } = parseArgs({ args: rest, options, strict: true })
  const { code, result } = await verb(values)
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return code
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const wrong = [WrongUse, ConfigError, TypeError, AppError].some((kind) => error instanceof kind)
  process.stderr.write(`${error instanceof Error ? (wrong ? error.message : error.stack) : String(error)}\n`)
  process.exitCode = wrong ? 2 : 4
}
