/** innosynth backup: makes, lists, verifies and schedules backup sets. */
import { makeBackup } from './backup-make.ts'
import { schedule } from './backup-schedule.ts'
import { type Manifest, readSets } from './backup-set.ts'
import { tellFacts } from './backup-facts.ts'
import type { Configuration } from './config.ts'
import { besideRunning } from './database.ts'
import { readConfiguration } from './deployment.ts'
import { lastWords } from './engine.ts'
import { lock } from './state.ts'
import { type Context, flag, type Given, type Outcome, Stop, text, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'backup',
  summary: 'back up database, files, configuration and secrets as one set',
  usage: '[files | list | verify | schedule]',
  details: [
    'Without a word a set is made. `list` shows the sets, `verify` reads every byte of the newest (or --set) and compares it,',
    '`files` copies new files alone, between two sets; `schedule` has this host do so every five minutes, make a set every',
    'six hours and a drill every week (--off: no more).',
    'Points for --fault: archive:end, database:end, objects:end, manifest:end.',
  ].join('\n'),
  options: {
    type: {
      type: 'string',
      value: 'TYPE',
      summary: 'full, diff, incr or auto (default: weekly full, daily diff, else incr)',
    },
    set: { type: 'string', value: 'NAME', summary: 'verify: this set' },
    off: { type: 'boolean', summary: 'schedule: remove it' },
  },
  run,
}

async function run(context: Context, given: Given): Promise<Outcome> {
  const [what = 'make', ...more] = given.args
  if (more.length > 0) throw new Stop('usage', `"${more[0]}" is one word too many.`, 'See `innosynth backup --help`.')
  const { configuration } = await readConfiguration(context.dir)
  if (what === 'list') return list(configuration)
  if (what === 'verify') return verify(context, configuration, text(given, 'set'))
  if (what === 'files') return files(context)
  if (what === 'schedule') return schedule(context, configuration, flag(given, 'off'))
  if (what !== 'make') throw new Stop('usage', `There is no "${what}".`, 'See `innosynth backup --help`.')
  const type = text(given, 'type') ?? 'auto'
  if (!isType(type)) throw new Stop('usage', `There is no type "${type}".`, 'full, diff, incr or auto.')
  const held = await lock(context.dir, 'backup', context.say)
  try {
    const { manifest, keyFile, damaged, kept } = await makeBackup(context, configuration, type)
    return {
      code: damaged.length === 0 ? 0 : 1,
      text: [describe(manifest), ...damaged.map((one) => `damaged in the store: ${one}`)].join('\n'),
      data: { set: manifest, recoveryKey: keyFile, damaged, kept },
    }
  } finally {
    await held.release()
  }
}

const isType = (type: string): type is Manifest['type'] | 'auto' => ['full', 'diff', 'incr', 'auto'].includes(type)

const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`
const describe = ({ name, type, postgres, objects, seconds }: Manifest) =>
  `Set ${name} (${type}) in ${seconds} s: database ${megabytes(postgres.bytes)}, ${megabytes(postgres.repositoryBytes)} stored; ${objects.stored} files, ${objects.copied} new (${megabytes(objects.copiedBytes)}).`

async function list(configuration: Configuration): Promise<Outcome> {
  const { sets, broken } = await readSets(String(configuration['backup.dir']))
  const rows = sets.map(
    ({ name, type, version, postgres, objects, recoveryKey }) =>
      `${name}  ${type.padEnd(4)}  ${version.padEnd(8)}  ${megabytes(postgres.bytes).padStart(10)}  ${String(objects.referenced).padStart(7)} files  key ${recoveryKey}`,
  )
  const cut = broken.map((name) => `${name}  not whole: cut off or changed`)
  return {
    code: broken.length === 0 ? 0 : 1,
    text: rows.length + cut.length === 0 ? 'There is no backup set yet.' : [...rows, ...cut].join('\n'),
    data: { sets, broken },
  }
}

/** Needs no lock: a file has its name in the backup only when it is whole, whoever copies it. */
async function files(context: Context): Promise<Outcome> {
  const result = await context.progress('Copying files', () => context.engine.command(['objects-copy']))
  if (result.code > 1)
    throw new Stop('objects', `The files could not be copied: ${lastWords(result)}`, 'Run `innosynth doctor`.', 4)
  const copied = JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') as {
    objects: number
    copied: number
    damaged: string[]
  }
  await tellFacts(context, {
    objects: { at: context.now().toISOString(), copied: copied.objects, behind: copied.damaged.length },
  })
  return {
    code: copied.damaged.length === 0 ? 0 : 1,
    text: `${copied.copied} of ${copied.objects} files were new to the backup.`,
    data: copied,
  }
}

/** Reads everything: the repository with its checksums, every file of the set against its name, the sealed configuration. */
async function verify(context: Context, configuration: Configuration, wish: string | undefined): Promise<Outcome> {
  const { engine, progress } = context
  const { sets, broken } = await readSets(String(configuration['backup.dir']))
  const set = wish ? sets.find(({ name }) => name === wish) : sets[0]
  if (!set)
    throw new Stop(
      'set',
      wish ? `There is no whole set ${wish}.` : 'There is no backup set.',
      'See `innosynth backup list`.',
    )
  const problems = broken.map((name) => `set ${name} is not whole`)
  const repository = await progress('Reading the repository', () =>
    besideRunning(engine, ['verify', '--output=text', '--verbose']),
  )
  if (repository.code !== 0 || /error/i.test(verdictOf(repository.stdout)))
    problems.push(`repository: ${lastWords(repository, 5)}`)
  const files = await progress('Reading files', () => engine.command(['objects-verify', '--list', set.name]))
  if (files.code !== 0) problems.push(`files: ${lastWords(files)}`)
  const at = context.now().toISOString()
  await tellFacts(context, { verify: { at, ok: problems.length === 0 } })
  return {
    code: problems.length === 0 ? 0 : 1,
    text: problems.length === 0 ? `Set ${set.name} is whole: every byte was read.` : problems.join('\n'),
    data: { set: set.name, problems },
  }
}

/** "status: ok" or "status: error" of pgBackRest's own report. */
const verdictOf = (report: string) => /status:\s*(\w+)/.exec(report)?.[1] ?? 'error'
