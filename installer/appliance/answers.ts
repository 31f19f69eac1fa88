/** Where the configuration of an install comes from: answers file, the file of the installation, --set, questions. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { check, type Configuration, isKey, type Key, parseConfiguration, settings, type Value } from './config.ts'
import { configurationFile, readGiven } from './deployment.ts'
import { type Ask, Stop } from './verb.ts'

export type Answers = { configuration: Configuration; given: Partial<Configuration> }

/** @param sets pairs as in `listen.https=8443` */
export async function gatherAnswers(
  dir: string,
  file: string | undefined,
  sets: string[],
  ask: Ask | null,
): Promise<Answers> {
  const path = file ?? join(dir, configurationFile)
  const source = await readFile(path, 'utf8').catch(() => null)
  if (file && source === null) throw new Stop('answers', `The answers file ${file} cannot be read.`)
  const parsed = parseConfiguration(source ?? '')
  const given = { ...parsed.given, ...setsOf(sets) }
  if (!given.hostname && ask) Object.assign(given, await questions(ask, given))
  else if (source !== null) readGiven(source, path)
  return checked(given)
}

export function setsOf(sets: string[]): Partial<Configuration> {
  return Object.fromEntries(
    sets.map((pair) => {
      const at = pair.indexOf('=')
      const key = pair.slice(0, at)
      if (at < 1) throw new Stop('usage', `"${pair}" is not KEY=VALUE.`)
      return [key, valueFor(key, pair.slice(at + 1))]
    }),
  )
}

/** Text of a shell as the value that a key takes. Throws `config` with the reason. */
export function valueFor(key: string, written: string): Value {
  if (!isKey(key)) throw new Stop('config', `There is no setting ${key}.`, 'See `innosynth config show`.')
  const { kind } = settings[key]
  const value = kind === 'number' ? Number(written) : kind === 'flag' ? { true: true, false: false }[written] : written
  const wrong = check(key, value)
  if (wrong) throw new Stop('config', wrong)
  return value as Value
}

/** Checks what the keys ask of each other, by the same rules as the file. */
export function checked(given: Partial<Configuration>): Answers {
  const nested = Object.entries(given).map(([key, value]) => `${key}=${value}`)
  setsOf(nested)
  const { effective, problems } = parseConfiguration(dotted(given))
  if (problems.length > 0)
    throw new Stop(
      'config',
      problems.map(({ message }) => message).join('\n'),
      'Give what is missing in an answers file (--config) or with --set KEY=VALUE.',
    )
  return { configuration: effective, given }
}

function dotted(given: Partial<Configuration>): string {
  const nested: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const [first, second] = key.split('.') as [string, string?]
    if (second) nested[first] = { ...(nested[first] as object), [second]: value }
    else nested[first] = value
  }
  return JSON.stringify(nested)
}

const asked: { key: Key; question: string }[] = [
  { key: 'hostname', question: 'Host name that people will type' },
  { key: 'listen.https', question: 'Port for browsers (HTTPS)' },
  { key: 'listen.http', question: 'Port that sends browsers on to HTTPS' },
  { key: 'tls.mode', question: 'Certificate: internal (own authority), acme, acme-private or byo (own files)' },
  { key: 'models.accelerator', question: 'Language model on: none, cpu, gpu-nvidia or gpu-amd' },
  { key: 'backup.dir', question: 'Folder for backups, best on another disk' },
]
const followUp: Record<string, { key: Key; question: string }[]> = {
  acme: [{ key: 'tls.email', question: 'E-mail address for the authority' }],
  'acme-private': [
    { key: 'tls.directory', question: 'Directory address of your authority' },
    { key: 'tls.authority', question: 'Its root certificate (path)' },
  ],
  byo: [
    { key: 'tls.certificate', question: 'Certificate with chain (path)' },
    { key: 'tls.key', question: 'Private key (path)' },
  ],
}

async function questions(ask: Ask, known: Partial<Configuration>): Promise<Partial<Configuration>> {
  const answers: Partial<Record<Key, Value>> = {}
  const queue = [...asked]
  for (let next = queue.shift(); next; next = queue.shift()) {
    const setting = settings[next.key]
    const fallback = known[next.key] ?? ('fallback' in setting ? setting.fallback : undefined)
    for (let right = false; !right;) {
      const said = await ask(next.question, fallback === null || fallback === undefined ? undefined : String(fallback))
      try {
        answers[next.key] = valueFor(next.key, said)
        right = true
      } catch (error) {
        if (!(error instanceof Stop)) throw error
        await ask(`${error.message} Press Enter to try again`)
      }
    }
    if (next.key === 'tls.mode') queue.unshift(...(followUp[String(answers['tls.mode'])] ?? []))
  }
  return answers
}
