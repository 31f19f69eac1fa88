/**
 * innosynth upgrade BUNDLE. The work is done by a second process under this one's eyes: should it die (killed, out of memory),
 * this one brings the version before back. Should both die, the next `innosynth upgrade` or `rollback` does it first.
 */
import { resolve, join } from 'node:path'
import { hostArch } from './bundle-manifest.ts'
import { readPublicKey } from './bundle-signature.ts'
import { verifyBundle, verifyProgram } from './bundle-verify.ts'
import { trustedKey } from './bundle.ts'
import { lastWords } from './engine.ts'
import { lock, readState } from './state.ts'
import { planUpgrade } from './upgrade-plan.ts'
import { returnFromUpgrade } from './upgrade-return.ts'
import { phaseNames, upgradeHere } from './upgrade-steps.ts'
import { flag, list, Stop, text, type Context, type ExitCode, type Given, type Outcome, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'upgrade',
  summary: 'go to the version of a bundle; on any fault the old version runs again with its data',
  usage: '[BUNDLE]',
  details: [
    'BUNDLE: folder of an unpacked bundle (default: the one this command lies in).',
    `Phases, for --fault: ${phaseNames.join(', ')}; each as NAME:begin or NAME:end.`,
  ].join('\n'),
  options: {
    key: {
      type: 'string',
      value: 'FILE',
      summary: 'public key of the signer (default: the one pinned here, else the shipped one)',
    },
    overwrite: { type: 'boolean', summary: 'replace files that were changed by hand' },
    ignore: { type: 'string', value: 'CODE', multiple: true, summary: 'go on in spite of this finding of preflight' },
    'dry-run': { type: 'boolean', summary: 'verify and show what would be done' },
    worker: { type: 'boolean', summary: 'do it in this very process (what upgrade starts itself as)' },
  },
  async run(context, given) {
    const bundle = resolve(given.args[0] ?? context.source)
    const key = text(given, 'key')
    const options = { bundle, key, overwrite: flag(given, 'overwrite'), ignore: list(given, 'ignore') }
    if (flag(given, 'worker')) return upgradeHere(context, options)
    if (flag(given, 'dry-run')) return show(context, bundle, key, options.overwrite)
    return watch(context, given, bundle, key)
  },
}

async function show(
  context: Context,
  bundle: string,
  keyFile: string | undefined,
  overwrite: boolean,
): Promise<Outcome> {
  const key = await readPublicKey(await trustedKey(context.dir, keyFile))
  const { version } = await readState(context.dir)
  const manifest = await context.progress('Checking the bundle', () =>
    verifyBundle(bundle, { key, arch: hostArch(), installed: version ?? undefined }),
  )
  const { plan } = await planUpgrade(context.dir, bundle, manifest, overwrite)
  const how = plan.changesDatabase
    ? 'The database changes: server and worker stand still from the restore point until the new version runs.'
    : 'The database stays as it is: people work on until the services are exchanged, and a rollback is an image swap.'
  return { code: 0, text: `Would upgrade ${plan.from} to ${plan.to}.\n${how}`, data: { plan } }
}

/**
 * Checks the signature with the key trusted here and every byte of the bundle's own command line, then lets that do the work:
 * it knows its version's settings and files. Nothing of a bundle is run before it is known to be what was signed.
 */
async function watch(context: Context, given: Given, bundle: string, keyFile: string | undefined): Promise<Outcome> {
  const trusted = await trustedKey(context.dir, keyFile)
  await verifyProgram(bundle, await readPublicKey(trusted))
  const fault = text(given, 'fault')
  const args = [
    '--disable-warning=ExperimentalWarning',
    join(bundle, 'installer/appliance/main.ts'),
    ...['upgrade', bundle, '--worker', '--json', '--dir', context.dir],
    ...['--key', trusted instanceof URL ? trusted.pathname : trusted],
    ...(flag(given, 'overwrite') ? ['--overwrite'] : []),
    ...list(given, 'ignore').flatMap((code) => ['--ignore', code]),
    ...(fault ? ['--fault', fault] : []),
  ]
  // Ctrl-C reaches the worker too; what it leaves is put back here.
  const stay = () => context.say('Interrupted; the version before is brought back.')
  process.on('SIGINT', stay)
  try {
    const result = await context.run(process.execPath, args, {
      onLine: (line) => void (line.startsWith('{') || context.say(line)),
    })
    const said = lastObject(result.stdout)
    if (said) return outcomeOf(said)
    context.say(
      `The upgrade ended without a word (${result.code}: ${lastWords(result)}); bringing the version before back.`,
    )
    return await recover(context)
  } finally {
    process.off('SIGINT', stay)
  }
}

async function recover(context: Context): Promise<Outcome> {
  const held = await lock(context.dir, 'upgrade', context.say)
  try {
    const before = await readState(context.dir)
    if (before.journal?.operation !== 'upgrade')
      throw new Stop('upgrade', 'The upgrade could not be started.', 'Nothing was changed.', 2)
    const { withData } = await returnFromUpgrade(context)
    const { version } = await readState(context.dir)
    return {
      code: 3,
      text: `The upgrade was killed. Version ${version} runs with its data.`,
      data: { version, word: 'killed', withData },
    }
  } finally {
    await held.release()
  }
}

type Said = { code: ExitCode; text?: string; error?: { word: string; message: string; remedy: string } } & Record<
  string,
  unknown
>

function lastObject(stdout: string): Said | undefined {
  const line = stdout
    .trim()
    .split('\n')
    .findLast((one) => one.startsWith('{'))
  return line === undefined ? undefined : (JSON.parse(line) as Said)
}

function outcomeOf({ code, error, ...data }: Said): Outcome {
  if (error) throw new Stop(error.word, error.message, error.remedy, code)
  const { from, to, version, why, seconds } = data as Record<string, string | number | undefined>
  const text =
    code === 0
      ? `Version ${to} runs; it was ${from} (${seconds} s).`
      : `The upgrade did not come through: ${why}\nVersion ${version} runs with its data.`
  return { code, text, data }
}
