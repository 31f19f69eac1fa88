/** innosynth config: show, validate, set and diff the configuration. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checked, setsOf } from './answers.ts'
import { parseConfiguration, settings, writeConfiguration } from './config.ts'
import {
  configurationFile,
  fileChanges,
  hashOf,
  readConfiguration,
  saveConfiguration,
  sourceVersion,
  wantedFiles,
} from './deployment.ts'
import { lock, readState, writeState } from './state.ts'
import { type Context, flag, type Given, type Outcome, Stop, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'config',
  summary: 'show, check or change the configuration (innosynth.yaml)',
  usage: 'show | validate [FILE] | set KEY=VALUE... | diff',
  details:
    'show         what was given; with --print-effective every setting with its default\nvalidate     all problems of the file at once, each with its line\nset          change settings; `innosynth install` then applies them\ndiff         what differs from the version installed: files changed by hand, settings not applied',
  options: {
    'print-effective': { type: 'boolean', summary: 'show: every setting, defaults included' },
    'dry-run': { type: 'boolean', summary: 'set: show the file and write nothing' },
  },
  run: async (context, given) => {
    const [what = 'show', ...rest] = given.args
    if (what === 'show') return show(context, given)
    if (what === 'validate') return validate(context, rest[0])
    if (what === 'set') return set(context, given, rest)
    if (what === 'diff') return diff(context)
    throw new Stop('usage', `config knows no "${what}".`, 'See `innosynth config --help`.')
  },
}

async function show({ dir }: Context, given: Given): Promise<Outcome> {
  const found = flag(given, 'print-effective')
    ? await readConfiguration(dir).catch((error: unknown) => {
        if (error instanceof Stop && error.word === 'not-installed')
          return { configuration: parseConfiguration('').effective, given: {} }
        throw error
      })
    : await readConfiguration(dir)
  if (!flag(given, 'print-effective'))
    return { code: 0, text: writeConfiguration(found.given).trimEnd(), data: { configuration: found.given } }
  const lines = Object.entries(found.configuration).map(([key, value]) => {
    const setting = settings[key as keyof typeof settings]
    return `${key}: ${value === null ? '(not set)' : String(value)}  # ${setting.summary}${'allowed' in setting ? ` [${setting.allowed.join(', ')}]` : ''}`
  })
  return { code: 0, text: lines.join('\n'), data: { configuration: found.configuration } }
}

async function validate({ dir }: Context, file?: string): Promise<Outcome> {
  const path = file ?? join(dir, configurationFile)
  const source = await readFile(path, 'utf8').catch(() => {
    throw new Stop('config', `${path} cannot be read.`)
  })
  const { problems, notes } = parseConfiguration(source)
  const line = ({ line: at, message }: { line: number | null; message: string }) =>
    `${path}${at ? `:${at}` : ''}: ${message}`
  return {
    code: problems.length > 0 ? 2 : notes.length > 0 ? 1 : 0,
    text: [
      ...problems.map(line),
      ...notes.map((note) => `${line(note)} (still understood)`),
      ...(problems.length === 0 ? [`${path} is in order.`] : []),
    ].join('\n'),
    data: { file: path, problems, notes },
  }
}

async function set({ dir, say }: Context, given: Given, pairs: string[]): Promise<Outcome> {
  if (pairs.length === 0) throw new Stop('usage', 'Say what to set: innosynth config set KEY=VALUE.')
  const before = await readConfiguration(dir)
  const after = { ...before.given, ...setsOf(pairs) }
  checked(after)
  const written = writeConfiguration(after)
  const changed = written !== writeConfiguration(before.given)
  if (changed && !flag(given, 'dry-run')) {
    const held = await lock(dir, 'config set', say)
    try {
      await saveConfiguration(dir, after)
      const state = await readState(dir)
      await writeState(dir, {
        ...state,
        history: [
          {
            operation: `config set ${pairs.map((pair) => pair.split('=')[0]).join(' ')}`,
            at: new Date().toISOString(),
            outcome: 'written',
          },
          ...state.history,
        ].slice(0, 50),
      })
    } finally {
      await held.release()
    }
  }
  return {
    code: 0,
    text: `${written}${changed ? (flag(given, 'dry-run') ? '# not written (--dry-run)' : '# written; run `innosynth install` to apply it') : '# nothing changes'}`,
    data: { changed, configuration: after },
  }
}

async function diff({ dir, source }: Context): Promise<Outcome> {
  const { configuration, given } = await readConfiguration(dir)
  const state = await readState(dir)
  const version = state.version ?? (await sourceVersion(source))
  const changes = await fileChanges(dir, state, await wantedFiles(source, configuration, version), false)
  const lines = changes.map(
    ({ path, kind }) =>
      `${path}: ${{ new: 'is missing', changed: path === '.env' ? 'settings not applied yet' : 'is of another version', kept: 'was changed by hand' }[kind]}`,
  )
  if (state.files[configurationFile] && hashOf(writeConfiguration(given)) !== state.files[configurationFile])
    lines.push(`${configurationFile}: changed since the last install`)
  return {
    code: lines.length > 0 ? 1 : 0,
    text: lines.join('\n') || 'Everything is as it was installed.',
    data: { differences: lines },
  }
}
