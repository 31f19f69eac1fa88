/** innosynth.yaml: what an administrator may decide, with defaults, checked whole before anything is touched. */
import { isAbsolute } from 'node:path'
import { parseDocument, stringify } from 'yaml'

type Kind =
  | { kind: 'text'; allowed?: readonly string[]; pattern?: RegExp; must?: string }
  | { kind: 'number'; least: number; most: number }
  | { kind: 'flag' }
  | { kind: 'path' }
  | { kind: 'memory' }
type Setting = Kind & {
  /** undefined: must be given. `null`: may be left out. */
  fallback?: string | number | boolean | null
  summary: string
}

const hostName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i

/** Every key, dotted. The order is that of the file that `config show` prints. */
export const settings = {
  hostname: {
    kind: 'text',
    pattern: hostName,
    must: 'be a host name, as in innosynth.example.org',
    summary: 'the name people type',
  },
  project: {
    kind: 'text',
    pattern: /^[a-z0-9][a-z0-9_-]{0,40}$/,
    must: 'be small letters, digits and hyphens',
    fallback: 'innosynth',
    summary: 'name of the compose project: prefix of containers and volumes',
  },
  'listen.address': {
    kind: 'text',
    pattern: /^(\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-f:]+\]?)$/i,
    must: 'be an IP address',
    fallback: '0.0.0.0',
    summary: 'address the proxy listens on',
  },
  'listen.https': { kind: 'number', least: 1, most: 65535, fallback: 443, summary: 'port for browsers' },
  'listen.http': {
    kind: 'number',
    least: 1,
    most: 65535,
    fallback: 80,
    summary: 'port that sends browsers on to HTTPS',
  },
  'tls.mode': {
    kind: 'text',
    allowed: ['internal', 'acme', 'acme-private', 'byo'],
    fallback: 'internal',
    summary: 'where the certificate comes from',
  },
  'tls.email': {
    kind: 'text',
    pattern: /^[\w.%+-]+@[\w.-]+$/,
    must: 'be an e-mail address',
    fallback: null,
    summary: 'acme: whom the authority writes to',
  },
  'tls.directory': {
    kind: 'text',
    pattern: /^https:\/\/[\w.:[\]-]+(\/[\w.~%/:@=?&+-]*)?$/,
    must: 'be an address that begins with https://',
    fallback: null,
    summary: 'acme-private: directory address of your own authority',
  },
  'tls.authority': {
    kind: 'path',
    fallback: null,
    summary: 'acme-private: root certificate of your own authority (PEM)',
  },
  'tls.certificate': { kind: 'path', fallback: null, summary: 'byo: certificate with its chain (PEM)' },
  'tls.key': { kind: 'path', fallback: null, summary: 'byo: its private key (PEM)' },
  'objectstore.kind': {
    kind: 'text',
    allowed: ['minio', 'versity'],
    fallback: 'minio',
    summary: 'which store holds the files',
  },
  'backup.dir': {
    kind: 'path',
    fallback: '/var/backups/innosynth',
    summary: 'backups of database and files; another disk than the data',
  },
  'backup.schedule': { kind: 'flag', fallback: true, summary: 'this host backs up and drills by itself' },
  'models.dir': {
    kind: 'path',
    fallback: '/var/lib/innosynth/models',
    summary: 'embedding models on this host, read only for the product',
  },
  'models.embedding': {
    kind: 'text',
    pattern: /^[\w.-]+$/,
    must: 'be the name of a model',
    fallback: 'bge-small-en-v1.5',
    summary: 'model for search by meaning',
  },
  'models.accelerator': {
    kind: 'text',
    allowed: ['none', 'cpu', 'gpu-nvidia', 'gpu-amd'],
    fallback: 'none',
    summary: 'where a language model runs; none: answers are sentences of the documents',
  },
  'models.language': {
    kind: 'text',
    pattern: /^[\w.:/-]+$/,
    must: 'be the name of a model',
    fallback: 'gemma3:270m',
    summary: 'language model in Ollama',
  },
  'scale.server': { kind: 'number', least: 1, most: 16, fallback: 1, summary: 'copies of the server' },
  'scale.worker': { kind: 'number', least: 1, most: 16, fallback: 1, summary: 'copies of the worker' },
  'memory.server': { kind: 'memory', fallback: '1536m', summary: 'most memory of one server' },
  'memory.worker': { kind: 'memory', fallback: '2g', summary: 'most memory of one worker' },
  'memory.postgres': { kind: 'memory', fallback: '2g', summary: 'most memory of the database' },
  'memory.objectstore': { kind: 'memory', fallback: '1g', summary: 'most memory of the object store' },
  'memory.ollama': { kind: 'memory', fallback: '4g', summary: 'most memory of the language model' },
  'extras.antivirus': { kind: 'flag', fallback: false, summary: 'scan uploads with ClamAV' },
  'extras.observability': {
    kind: 'flag',
    fallback: false,
    summary: 'collect metrics with Prometheus, on this host only',
  },
  'extras.bridge': {
    kind: 'flag',
    fallback: false,
    summary: 'start the bridge, the only way out; no cloud model is connected to it yet',
  },
  'bridge.anthropic_key_file': { kind: 'path', fallback: null, summary: 'file with the Anthropic key' },
  'bridge.openai_key_file': { kind: 'path', fallback: null, summary: 'file with the OpenAI key' },
} as const satisfies Record<string, Setting>

export type Key = keyof typeof settings
export type Value = string | number | boolean | null
export type Configuration = Record<Key, Value>

/** Keys of older versions: `to` null means that the setting is gone. An upgrade is refused while one is there. */
export const deprecated: Record<string, { to: Key | null; since: string; why: string }> = {
  url: { to: 'hostname', since: '0.1.0', why: 'give the host name; the address follows from it and listen.https' },
  'ports.https': { to: 'listen.https', since: '0.1.0', why: 'ports stand under listen' },
  'ports.http': { to: 'listen.http', since: '0.1.0', why: 'ports stand under listen' },
  'ollama.model': { to: 'models.language', since: '0.1.0', why: 'models stand together' },
}

export type Problem = { key: string; line: number | null; message: string }
export type Parsed = { given: Partial<Configuration>; effective: Configuration; problems: Problem[]; notes: Problem[] }

/** Reads the text of innosynth.yaml. All problems at once, each with its line. */
export function parseConfiguration(source: string): Parsed {
  const document = parseDocument(source, { prettyErrors: false })
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? null : source.slice(0, offset).split('\n').length
  const problems: Problem[] = document.errors.map((error) => ({
    key: '',
    line: lineAt(error.pos[0]),
    message: error.message,
  }))
  const notes: Problem[] = []
  const given: Partial<Configuration> = {}
  const content: unknown = problems.length > 0 ? {} : (document.toJS() ?? {})
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return {
      given,
      effective: effectiveOf({}),
      problems: [{ key: '', line: 1, message: 'The file must hold keys and values.' }],
      notes,
    }
  for (const [key, value] of flatten(content)) {
    const node = document.getIn(key.split('.'), true) as { range?: number[] } | undefined
    const line = lineAt(node?.range?.[0])
    const old = Object.hasOwn(deprecated, key) ? deprecated[key] : undefined
    if (old) {
      const hint = old.to ? `Write ${old.to} instead` : 'Remove it'
      ;(old.to && key !== 'url' ? notes : problems).push({
        key,
        line,
        message: `${key} is out of use since ${old.since}: ${old.why}. ${hint}.`,
      })
      if (old.to && key !== 'url' && given[old.to] === undefined) {
        const wrong = check(old.to, value)
        if (wrong) problems.push({ key, line, message: wrong })
        else given[old.to] = value as Value
      }
      continue
    }
    if (!isKey(key)) {
      const near = nearest(key)
      problems.push({ key, line, message: `There is no setting ${key}.${near ? ` Did you mean ${near}?` : ''}` })
      continue
    }
    const wrong = value === null ? null : check(key, value)
    if (wrong) problems.push({ key, line, message: wrong })
    else if (value !== null) given[key] = value as Value
  }
  const effective = effectiveOf(given)
  return { given, effective, problems: [...problems, ...together(effective, problems)], notes }
}

export const isKey = (key: string): key is Key => Object.hasOwn(settings, key)

/** A sentence on what is wrong with a value, or null. */
export function check(key: Key, value: unknown): string | null {
  const setting: Setting = settings[key]
  const say = (must: string) => `${key} must ${must}.`
  switch (setting.kind) {
    case 'flag':
      return typeof value === 'boolean' ? null : say('be true or false')
    case 'number':
      return Number.isInteger(value) && (value as number) >= setting.least && (value as number) <= setting.most
        ? null
        : say(`be a whole number from ${setting.least} to ${setting.most}`)
    case 'path':
      // These would be read by compose as something else than a part of the path: a "#" begins a remark.
      return typeof value === 'string' && isAbsolute(value) && !/[\p{Cc}$"'`\\:#]|\s$/u.test(value)
        ? null
        : say('be an absolute path without quotes, colons, dollars or number signs')
    case 'memory':
      return typeof value === 'string' && /^\d+[mg]$/.test(value) ? null : say('be an amount as in 512m or 2g')
    case 'text':
      if (typeof value !== 'string' || value === '') return say('be text')
      if (setting.allowed && !setting.allowed.includes(value)) return say(`be one of ${setting.allowed.join(', ')}`)
      return setting.pattern && !setting.pattern.test(value) ? say(setting.must ?? 'be written otherwise') : null
  }
}

/** What one setting asks of another. */
function together(effective: Configuration, known: Problem[]): Problem[] {
  const problems: Problem[] = []
  const need = (key: Key, why: string) => {
    if (effective[key] === null && !known.some((problem) => problem.key === key))
      problems.push({ key, line: null, message: `${key} is needed: ${why}.` })
  }
  need('hostname', 'it is the name that people type')
  if (effective['tls.mode'] === 'byo') {
    need('tls.certificate', 'tls.mode is byo')
    need('tls.key', 'tls.mode is byo')
  }
  if (effective['tls.mode'] === 'acme-private') need('tls.directory', 'tls.mode is acme-private')
  if (effective['listen.https'] === effective['listen.http'])
    problems.push({ key: 'listen.http', line: null, message: 'listen.http and listen.https must be different ports.' })
  if (effective['extras.bridge'] && !effective['bridge.anthropic_key_file'] && !effective['bridge.openai_key_file'])
    problems.push({
      key: 'extras.bridge',
      line: null,
      message: 'The bridge needs bridge.anthropic_key_file or bridge.openai_key_file.',
    })
  return problems
}

function effectiveOf(given: Partial<Configuration>): Configuration {
  const entries = Object.entries(settings).map(([key, setting]) => [
    key,
    given[key as Key] ?? ('fallback' in setting ? setting.fallback : null),
  ])
  return Object.fromEntries(entries) as Configuration
}

/** The address of the product, without a port where it is the usual one. */
export const urlOf = (configuration: Configuration) =>
  `https://${configuration.hostname}${configuration['listen.https'] === 443 ? '' : `:${configuration['listen.https']}`}`

/** The file again, nested, in the order of the settings; only what was given. */
export function writeConfiguration(values: Partial<Configuration>): string {
  const nested: Record<string, unknown> = {}
  for (const key of Object.keys(settings) as Key[]) {
    const value = values[key]
    if (value === undefined || value === null) continue
    const [first, second] = key.split('.') as [string, string | undefined]
    if (second) nested[first] = { ...(nested[first] as object | undefined), [second]: value }
    else nested[first] = value
  }
  return stringify(nested)
}

function flatten(content: object, before = ''): [string, unknown][] {
  return Object.entries(content).flatMap(([name, value]): [string, unknown][] => {
    const key = before ? `${before}.${name}` : name
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? flatten(value, key) : [[key, value]]
  })
}

/** The known key with the fewest differences, if it is a slip of the pen. */
function nearest(key: string): string | undefined {
  const scored = Object.keys(settings).map((known) => ({ known, distance: distance(key, known) }))
  scored.sort((a, b) => a.distance - b.distance)
  return scored[0] && scored[0].distance <= 3 ? scored[0].known : undefined
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
