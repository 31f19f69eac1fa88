/** innosynth rotate: new secrets in place of the old, proven before the command ends; the old ones come back where it fails. */
import { randomBytes } from 'node:crypto'
import { readConfiguration } from './deployment.ts'
import { askProduct } from './endpoint.ts'
import { deviations } from './containers.ts'
import { type Service, filesOf, makeValues, readValues, type Values, writeSecretFile } from './secrets.ts'
import { broughtFiles, writeBrought } from './proxy-files.ts'
import { greeting } from './greeting.ts'
import { lock, readState, writeState } from './state.ts'
import { type Context, flag, Stop, type Verb } from './verb.ts'
import type { Configuration } from './config.ts'

const fresh = () => randomBytes(32).toString('base64url')

/** What each kind replaces (the database takes the owner's from its file at every start), and which services must be made anew to read it. */
const kinds: Record<string, { replace(): Partial<Values>; restart: string[]; says: string }> = {
  database: {
    replace: () => ({ api: fresh(), jobs: fresh() }),
    restart: ['migrate', 'server', 'worker'],
    says: 'passwords of the two database logins',
  },
  owner: {
    replace: () => ({ owner: fresh() }),
    restart: ['postgres', 'migrate', 'server', 'worker'],
    says: 'password of the database owner',
  },
  objects: {
    replace: () => ({ accessKey: randomBytes(10).toString('hex').toUpperCase(), secretKey: fresh() }),
    restart: ['objectstore', 'server', 'worker'],
    says: 'keys of the object store',
  },
  application: {
    replace: () => ({ app: fresh() }),
    restart: ['server', 'worker'],
    says: 'secret that signs sign-ins (everybody signs in again)',
  },
}

export const verb: Verb = {
  name: 'rotate',
  summary: 'replace secrets: database, owner, objects, application, tls',
  usage: 'KIND...',
  details: [
    ...Object.entries(kinds).map(([name, { says }]) => `${name.padEnd(12)} ${says}`),
    'tls          internal: a new authority; byo: reads the files of tls.certificate and tls.key again',
  ].join('\n'),
  options: {
    'dry-run': { type: 'boolean', summary: 'show what would be replaced and stop' },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  run: async (context, given) => {
    const { dir, ask } = context
    const { configuration } = await readConfiguration(dir)
    const wanted = [...new Set(given.args)]
    if (wanted.length === 0) throw new Stop('usage', 'Say what to replace.', 'See `innosynth rotate --help`.')
    const unknown = wanted.find((kind) => kind !== 'tls' && !kinds[kind])
    if (unknown) throw new Stop('usage', `rotate knows no "${unknown}".`, 'See `innosynth rotate --help`.')
    const plan = wanted.map((kind) => (kind === 'tls' ? 'certificate of the proxy' : kinds[kind]!.says))
    if (flag(given, 'dry-run'))
      return { code: 0, text: `This would replace\n${plan.map((line) => `  - ${line}`).join('\n')}`, data: { plan } }
    if (
      ask &&
      !flag(given, 'yes') &&
      !/^(y|yes)$/i.test(await ask(`Replace ${plan.join(', ')}? Services restart. yes or no`, 'no'))
    )
      return { code: 2, text: 'Nothing was replaced.', data: { plan, rotated: [] } }
    const held = await lock(dir, `rotate ${wanted.join(' ')}`, context.say)
    try {
      for (const kind of wanted)
        await (kind === 'tls' ? rotateTls(context, configuration) : rotateSecrets(context, configuration, kind))
      const state = await readState(dir)
      await writeState(dir, {
        ...state,
        history: [
          { operation: `rotate ${wanted.join(' ')}`, at: context.now().toISOString(), outcome: 'done' },
          ...state.history,
        ].slice(0, 50),
      })
    } finally {
      await held.release()
    }
    return { code: 0, text: `Replaced: ${plan.join(', ')}. The product answers.`, data: { rotated: wanted } }
  },
}

async function rotateSecrets(context: Context, configuration: Configuration, kind: string) {
  const { dir } = context
  const { replace, restart } = kinds[kind]!
  const before = makeValues(await readValues(dir))
  const after = { ...before, ...replace() }
  try {
    await writeAll(dir, before, after)
    context.checkpoint(`${kind}:written`)
    await restartAndProve(context, configuration, restart)
  } catch (error) {
    context.say(`Replacing failed (${(error as Error).message.split('\n')[0]}); the old secrets come back.`)
    await writeAll(dir, after, before)
    await restartAndProve(context, configuration, restart)
    throw new Stop(
      'rotate',
      `The secrets were not replaced: ${(error as Error).message}`,
      'The old ones are in use again.',
      3,
    )
  }
}

async function writeAll(dir: string, before: Values, after: Values) {
  const old = filesOf(before) as Record<string, string>
  for (const [path, content] of Object.entries(filesOf(after)))
    if (old[path] !== content) await writeSecretFile(dir, path as `${Service}/${string}`, content)
}

/** In this order; each is healthy before the next. With its dependencies, as compose counts them among a service's settings. A container reads a replaced file only when it is made anew. */
async function restartAndProve({ engine, progress }: Context, configuration: Configuration, services: string[]) {
  for (const service of services)
    await progress(`Restarting ${service}`, () =>
      service === 'migrate'
        ? engine.mustCompose('Setting passwords', ['run', '--rm', '--no-deps', '-T', 'migrate'], { timeout: 300_000 })
        : engine.mustCompose(
            `Restarting ${service}`,
            ['up', '--detach', '--wait', '--wait-timeout', '180', '--force-recreate', '--no-build', service],
            { timeout: 240_000 },
          ),
    )
  const { status } = await askProduct(configuration, '/api/health')
  const left = await deviations(engine, String(configuration.project))
  if (status !== 200 || left.length > 0)
    throw new Stop(
      'rotate',
      `Afterwards not all is well: ${left.join('; ') || `the product answers ${status}`}.`,
      '',
      4,
    )
}

async function rotateTls(context: Context, configuration: Configuration) {
  const { dir, engine, progress } = context
  const mode = configuration['tls.mode']
  if (mode === 'byo') {
    if ((await broughtFiles(dir, configuration)).length === 0)
      throw new Stop(
        'rotate',
        'tls.certificate and tls.key hold what the proxy has already.',
        'Put the new files in place first.',
      )
    await writeBrought(dir, configuration)
  } else if (mode === 'internal') {
    const folder = '/data/caddy'
    await engine.mustCompose('Removing the old authority', [
      'exec',
      '-T',
      'proxy',
      'rm',
      '-rf',
      `${folder}/pki`,
      `${folder}/certificates/local`,
    ])
  } else throw new Stop('rotate', `With tls.mode ${String(mode)} the authority renews the certificate by itself.`)
  await progress('Restarting the proxy', () =>
    engine.mustCompose(
      'Restarting proxy',
      ['up', '--detach', '--wait', '--wait-timeout', '120', '--force-recreate', '--no-build', 'proxy'],
      { timeout: 180_000 },
    ),
  )
  // The new authority is written to ca.crt, and the address must answer under it.
  await greeting(context, configuration)
}
