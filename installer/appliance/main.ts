/** innosynth VERB: finds the verb, reads its options, runs it, and ends with one of five exit codes. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createEngine, runProcess, type Run } from './engine.ts'
import { type Ask, type Context, type ExitCode, type Option, type Outcome, Stop, type Verb } from './verb.ts'

/** Verb and the file it stands in, in the order of the help. */
export const verbFiles = {
  preflight: 'preflight.ts',
  install: 'install.ts',
  config: 'config-verb.ts',
  bundle: 'bundle.ts',
  status: 'status.ts',
  logs: 'logs.ts',
  doctor: 'doctor.ts',
  backup: 'backup.ts',
  restore: 'restore.ts',
  drill: 'drill.ts',
  upgrade: 'upgrade.ts',
  rollback: 'rollback.ts',
  rotate: 'rotate.ts',
  user: 'user.ts',
  models: 'models.ts',
  'support-bundle': 'support-bundle.ts',
  uninstall: 'uninstall.ts',
} as const
type VerbName = keyof typeof verbFiles

const everywhere: Record<string, Option> = {
  dir: { type: 'string', value: 'DIR', summary: 'the deployment folder (default /opt/innosynth)' },
  json: { type: 'boolean', summary: 'print one object for programs' },
  help: { type: 'boolean', summary: 'show this' },
  fault: { type: 'string', value: 'NAME', summary: 'rehearsal: die at this point as if by kill -9' },
}
const exits =
  'Exit codes: 0 done, 1 warnings or a failed check, 2 blocked or wrong use, 3 failed and put back, 4 failed, needs a person.'

export type Io = { out(text: string): void; say(text: string): void; terminal: boolean; run: Run }

const here = dirname(fileURLToPath(import.meta.url))
export const defaultDir = '/opt/innosynth'

/** @returns the exit code */
export async function main(argv: string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(await overview())
    return name === undefined ? 2 : 0
  }
  const json = rest.includes('--json')
  try {
    const verb = await loadVerb(name)
    const options = { ...verb.options, ...everywhere }
    const { values, positionals } = read(verb.name, rest, options)
    if (values['help']) {
      io.out(helpOf(verb))
      return 0
    }
    const context = contextFor(io, values)
    const outcome = await verb.run(context, { options: values, args: positionals })
    show(io, verb.name, json, outcome)
    return outcome.code
  } catch (error) {
    return refuse(io, name, json, error)
  }
}

function contextFor(io: Io, values: Record<string, unknown>): Context {
  const dir = resolve(typeof values['dir'] === 'string' ? values['dir'] : defaultDir)
  const quiet = values['json'] === true || values['yes'] === true
  return {
    dir,
    source: sourceOf(here),
    run: io.run,
    engine: createEngine(io.run, dir),
    say: io.say,
    progress: (what, work) => withProgress(io.say, what, work),
    ask: io.terminal && !quiet ? askAtTerminal : null,
    checkpoint: (point) => {
      if (values['fault'] === point) process.kill(process.pid, 'SIGKILL')
    },
    now: () => new Date(),
  }
}

/** The folder with docker-compose.yml: a checkout two steps up, or the bundle this lies in. */
export function sourceOf(folder: string): string {
  const places = [join(folder, '..'), join(folder, '..', '..')]
  return resolve(places.find((place) => existsSync(join(place, 'docker-compose.yml'))) ?? join(folder, '..', '..'))
}

async function loadVerb(name: string): Promise<Verb> {
  const file = verbFiles[name as VerbName]
  if (!file) throw new Stop('usage', `There is no command "${name}".`, 'See `innosynth --help`.')
  const module = (await import(pathToFileURL(join(here, file)).href)) as { default?: Verb; verb?: Verb }
  const verb = module.verb ?? module.default
  if (!verb) throw new Stop('usage', `"${name}" is not in this version.`)
  return verb
}

/** Reads options; a mistake is wrong use and no stack trace. */
function read(verb: string, args: string[], options: Record<string, Option>) {
  try {
    const known = Object.fromEntries(
      Object.entries(options).map(([key, { type, multiple = false }]) => [key, { type, multiple }]),
    )
    return parseArgs({ args, options: known, allowPositionals: true, strict: true })
  } catch (error) {
    throw new Stop('usage', (error as Error).message.split('\n')[0]!, `See \`innosynth ${verb} --help\`.`)
  }
}

async function overview(): Promise<string> {
  const lines = ['innosynth: runs the InnoSynth appliance on this host.', '', 'Usage: innosynth COMMAND [OPTIONS]', '']
  for (const name of Object.keys(verbFiles)) {
    const summary = await loadVerb(name).then(
      (verb) => verb.summary,
      () => '',
    )
    lines.push(`  ${name.padEnd(15)} ${summary}`)
  }
  return [...lines, '', 'Each command explains itself: innosynth COMMAND --help', exits].join('\n')
}

export function helpOf(verb: Verb): string {
  const rows = Object.entries({ ...verb.options, ...everywhere }).map(
    ([name, { value, type, summary }]) =>
      `  ${`--${name}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`.padEnd(24)} ${summary}`,
  )
  return [
    `innosynth ${verb.name}: ${verb.summary}`,
    '',
    `Usage: innosynth ${verb.name}${verb.usage ? ` ${verb.usage}` : ''} [OPTIONS]`,
    ...(verb.details ? ['', verb.details] : []),
    '',
    ...rows,
    '',
    exits,
  ].join('\n')
}

function show(io: Io, verb: string, json: boolean, { code, text, data }: Outcome) {
  if (json) io.out(JSON.stringify({ verb, ok: code === 0, code, ...data }))
  else if (text) io.out(text)
}

function refuse(io: Io, verb: string, json: boolean, error: unknown): ExitCode {
  const stop =
    error instanceof Stop ? error : new Stop('internal', messageOf(error), 'This is a fault of the command line.', 4)
  const { word, message, remedy, exit } = stop
  if (json) io.out(JSON.stringify({ verb, ok: false, code: exit, error: { word, message, remedy } }))
  else io.say(`innosynth ${verb}: ${message}${remedy ? `\n  ${remedy}` : ''}`)
  return exit
}

const messageOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

async function withProgress<T>(say: (text: string) => void, what: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  let told = false
  const first = setTimeout(() => {
    told = true
    say(`${what} …`)
  }, 2000)
  const again = setInterval(() => say(`${what} … ${seconds()} s`), 15_000)
  try {
    const result = await work()
    if (told) say(`${what}: done in ${seconds()} s`)
    return result
  } finally {
    clearTimeout(first)
    clearInterval(again)
  }
}

const askAtTerminal: Ask = async (question, fallback) => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question}${fallback ? ` [${fallback}]` : ''}: `)
    return answer.trim() || fallback || ''
  } finally {
    terminal.close()
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    say: (text) => process.stderr.write(`${text}\n`),
    terminal: process.stdin.isTTY && process.stderr.isTTY,
    run: runProcess,
  })
}
