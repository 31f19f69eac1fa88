/** innosynth support-bundle: what a stranger needs to help, and nothing that opens a door. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { containersOf } from './containers.ts'
import { configurationFile, readConfiguration } from './deployment.ts'
import { examine } from './doctor.ts'
import { createRedactor } from './redact.ts'
import { privateKeyFile } from './recovery-key.ts'
import { allSecrets } from './secrets.ts'
import { readState, writeWhole } from './state.ts'
import { tar } from './tar.ts'
import { type Context, flag, type Outcome, Stop, text, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'support-bundle',
  summary: 'pack what a helper needs, without secrets',
  details:
    'Only what is listed goes in (--review shows the list). Secrets and addresses of people are covered; then the whole\nis searched for the real values of all secrets in some thirty encodings. Where one is found nothing is written.\nIt never leaves this host by itself.',
  options: {
    since: { type: 'string', value: 'TIME', summary: 'logs from then on (default 48h)' },
    output: { type: 'string', value: 'FILE', summary: 'where to write (default: innosynth-support-TIME.tar.gz here)' },
    review: { type: 'boolean', summary: 'show what would go in and stop' },
  },
  run: async (context, given) => {
    const since = text(given, 'since') ?? '48h'
    if (!/^(\d+[smh]|\d{4}-\d\d-\d\d(T[\d:.]+Z?)?)$/.test(since))
      throw new Stop('usage', '--since takes 30m, 48h or a date.')
    const secrets = await secretsOf(context.dir)
    const gathered = await context.progress('Gathering', () => gather(context, since))
    const packed = pack(gathered, secrets, context.now())
    const listing = packed.files.map(
      ({ path, content, covered }) =>
        `${String(Buffer.byteLength(content)).padStart(9)} bytes  ${path}${covered > 0 ? `  (${covered} places covered)` : ''}`,
    )
    const data = {
      files: packed.files.map(({ path, content, covered }) => ({ path, bytes: Buffer.byteLength(content), covered })),
    }
    if (flag(given, 'review')) return { code: 0, text: listing.join('\n'), data }
    return write(context, given, packed.archive, listing, data)
  },
}

/** Files of services, and the recovery key as long as it lies on the host: whole, and what follows its name. */
async function secretsOf(dir: string): Promise<string[]> {
  const recovery = (await readFile(join(dir, privateKeyFile), 'utf8').catch(() => '')).trim()
  const values = (await allSecrets(dir)).flatMap(({ value }) =>
    value.includes('://') ? [value, new URL(value).password] : [value],
  )
  return [...values, recovery, ...recovery.split(/\s+/)].filter(Boolean)
}

async function write(
  { now }: Context,
  given: Parameters<Verb['run']>[1],
  archive: Buffer,
  listing: string[],
  data: object,
): Promise<Outcome> {
  const name = `innosynth-support-${now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')}.tar.gz`
  const file = resolve(text(given, 'output') ?? name)
  await writeWhole(file, archive, 0o600)
  return {
    code: 0,
    text: [...listing, '', `Written: ${file} (${archive.length} bytes). Look at it before you send it.`].join('\n'),
    data: { ...data, file, bytes: archive.length },
  }
}

export type Gathered = { path: string; content: string }
export type Packed = { files: (Gathered & { covered: number })[]; archive: Buffer }

/** Covers, then searches everything that would be written. Throws `leak` and writes nothing where a secret is left. */
export function pack(gathered: Gathered[], secrets: string[], now: Date): Packed {
  const redactor = createRedactor(secrets)
  const files = gathered.map(({ path, content }) => {
    const { text: clean, covered } = redactor.clean(content)
    return { path, content: clean, covered }
  })
  const index = files
    .map(({ path, content, covered }) => `${path}\t${Buffer.byteLength(content)} bytes\t${covered} places covered`)
    .join('\n')
  files.push({ path: 'index.txt', content: `Made ${now.toISOString()}\n${index}\n`, covered: 0 })
  const leaks = files.flatMap(({ path, content }) =>
    [...redactor.leaks(content), ...redactor.leaks(path)].map((encoding) => `${path} (${encoding})`),
  )
  if (leaks.length > 0)
    throw new Stop(
      'leak',
      `A secret would have left with it, so nothing was written: ${leaks.slice(0, 5).join(', ')}.`,
      'Choose a shorter --since, and tell the makers which file it was.',
      4,
    )
  return { files, archive: gzipSync(tar(files, now)) }
}

/** The allow-list. What is not named here does not go in: no environment of containers, no secrets, no data, no documents. */
async function gather(context: Context, since: string): Promise<Gathered[]> {
  const { dir, run, engine } = context
  const { configuration } = await readConfiguration(dir)
  const project = String(configuration.project)
  const containers = await containersOf(engine, project)
  const file = (name: string) => readFile(join(dir, name), 'utf8').catch(() => '')
  const output = async (command: string, args: string[]) => {
    const { stdout, stderr, code } = await run(command, args, { timeout: 15_000 })
    return code === 0 ? stdout : `(exit code ${code}) ${stderr}`
  }
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  const logs = await Promise.all(
    containers.map(async ({ id, name }) => {
      const { stdout, stderr } = await engine.docker(
        ['logs', '--timestamps', '--since', since, '--tail', '20000', id],
        { timeout: 60_000 },
      )
      return { path: `logs/${name.slice(0, 80)}.txt`, content: `${stdout}${stderr}`.slice(-8 * 1024 ** 2) }
    }),
  )
  return [
    { path: 'installation/innosynth.yaml', content: await file(configurationFile) },
    { path: 'installation/env.txt', content: await file('.env') },
    { path: 'installation/state.json', content: json(await readState(dir)) },
    { path: 'doctor.json', content: json(await examine(context)) },
    { path: 'containers.json', content: json(containers) },
    { path: 'host/docker-version.txt', content: await output('docker', ['version']) },
    { path: 'host/docker-info.txt', content: await output('docker', ['info']) },
    { path: 'host/volumes.txt', content: await output('docker', ['system', 'df']) },
    { path: 'host/disk.txt', content: await output('df', ['-h']) },
    {
      path: 'host/memory.txt',
      content: (await readFile('/proc/meminfo', 'utf8').catch(() => '')).split('\n').slice(0, 12).join('\n'),
    },
    { path: 'host/kernel.txt', content: await output('uname', ['-srm']) },
    ...logs,
  ]
}
