/** innosynth uninstall: removes the installation, with its data or without, and says what is left. */
import { access, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { proxyFile } from './backup-config.ts'
import { schedule } from './backup-schedule.ts'
import { pinnedKeyFile } from './bundle.ts'
import { containersOf, imageIds } from './containers.ts'
import { configurationFile, readConfiguration } from './deployment.ts'
import { readEnvironment } from './env-file.ts'
import { privateKeyFile, publicKeyFile } from './recovery-key.ts'
import { lock, readState, type State } from './state.ts'
import { type Context, flag, type Outcome, Stop, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'uninstall',
  summary: 'remove the installation; with --keep-data its data stays',
  details:
    'Without --keep-data volumes, secrets, backups and images go. Models in models.dir stay, as they may be shared.\n--keep-data keeps volumes, the deployment folder with its secrets, and backups: a later install takes them up.',
  options: {
    'keep-data': { type: 'boolean', summary: 'keep volumes, secrets and backups' },
    'keep-backups': { type: 'boolean', summary: 'remove everything but the backups' },
    'keep-images': { type: 'boolean', summary: 'leave the images on this host' },
    yes: { type: 'boolean', summary: 'do not ask' },
    'dry-run': { type: 'boolean', summary: 'show what would be removed and stop' },
  },
  run: async (context, given) => {
    const { dir, engine } = context
    const { configuration } = await readConfiguration(dir)
    const state = await readState(dir)
    // Never a folder that merely happens to be named: the installer's own traces must be there.
    if (!(await exists(join(dir, 'docker-compose.yml'))))
      throw new Stop('not-installed', `${dir} does not look like an installation; nothing was removed.`)
    const project = String(configuration.project)
    const keep = flag(given, 'keep-data')
    const backups = String(configuration['backup.dir'])
    const images = await imagePatterns(dir, state)
    const found = await traces(context, project, images)
    const plan = [
      `containers and networks of ${project} (${found.containers.length} containers, ${found.networks.length} networks)`,
      ...(flag(given, 'keep-images') ? [] : [`${found.images.length} images`]),
      ...(keep
        ? []
        : [
            `volumes: ${found.volumes.join(', ') || 'none'}`,
            `the folder ${dir} with its secrets`,
            ...(flag(given, 'keep-backups') ? [] : [`backups in ${backups}`]),
          ]),
    ]
    const told = `This removes\n${plan.map((line) => `  - ${line}`).join('\n')}`
    if (flag(given, 'dry-run')) return { code: 0, text: told, data: { plan } }
    if (!flag(given, 'yes')) {
      if (!context.ask)
        throw new Stop('confirm', 'Nobody is here to confirm; nothing was removed.', 'Give --yes if you mean it.')
      context.say(told)
      const typed = await context.ask(`Type the name of the project (${project}) to go on`)
      if (typed !== project) return { code: 2, text: 'Nothing was removed.', data: { plan, removed: false } }
    }
    const held = await lock(dir, 'uninstall', context.say)
    try {
      // Nothing may start by itself once this is gone; a host without a scheduler has no schedule.
      await schedule(context, configuration, true).catch(() => {})
      const profiles = ['cpu', 'gpu-nvidia', 'gpu-amd', 'bridge', 'antivirus', 'observability', 'command'].flatMap(
        (name) => ['--profile', name],
      )
      await context.progress('Stopping the services', () =>
        engine.mustCompose('Stopping the services', [
          ...profiles,
          'down',
          '--remove-orphans',
          '--timeout',
          '60',
          ...(keep ? [] : ['--volumes']),
        ]),
      )
      if (!flag(given, 'keep-images')) for (const image of found.images) await engine.docker(['image', 'rm', image])
      if (!keep) {
        for (const name of (await traces(context, project, images)).volumes)
          await engine.docker(['volume', 'rm', '--force', name])
        if (!flag(given, 'keep-backups')) await removeBackups(backups)
      }
    } finally {
      await held.release()
    }
    if (!keep) await removeFolder(dir, flag(given, 'keep-backups'))
    return report(context, given, project, images, keep, backups)
  },
}

/** What the installer itself put there; a file of somebody else stays and is told. */
async function removeFolder(dir: string, keepBackups: boolean) {
  for (const name of [
    'compose',
    'secrets',
    'docker-compose.yml',
    '.env',
    configurationFile,
    'state.json',
    'ca.crt',
    'previous',
    'manifest.json',
    'restore.json',
    // Cut off, a drill leaves a copy of the secrets and a restore the proxy's authority.
    'drill',
    proxyFile,
    pinnedKeyFile,
    // Without these no kept backup can be read.
    ...(keepBackups ? [] : [publicKeyFile, privateKeyFile]),
  ])
    await rm(join(dir, name), { recursive: true, force: true })
  // Only where nothing of somebody else's is in it.
  await rmdir(dir).catch(() => {})
}

async function removeBackups(folder: string) {
  for (const part of ['postgres', 'objects', 'sets', 'drills'])
    await rm(join(folder, part), { recursive: true, force: true })
  await rmdir(folder).catch(() => {})
}

async function report(
  context: Context,
  given: Parameters<Verb['run']>[1],
  project: string,
  images: string[],
  keep: boolean,
  backups: string,
): Promise<Outcome> {
  const { dir } = context
  const left = await traces(context, project, images)
  const residue = [
    ...left.containers.map((name) => `container ${name}`),
    ...left.networks.map((name) => `network ${name}`),
    ...(keep ? [] : left.volumes.map((name) => `volume ${name}`)),
    ...(!keep && (await exists(dir)) && !(flag(given, 'keep-backups') && (await exists(join(dir, publicKeyFile))))
      ? [`folder ${dir} (it holds files that are not ours)`]
      : []),
  ]
  const kept = [
    ...(flag(given, 'keep-images') ? [] : left.images.map((name) => `image ${name}, which another container uses`)),
    ...(!keep && flag(given, 'keep-backups') && (await exists(join(dir, privateKeyFile)))
      ? [`recovery key ${join(dir, privateKeyFile)}`]
      : []),
    ...(keep ? [...left.volumes.map((name) => `volume ${name}`), `folder ${dir}`] : []),
    ...((keep || flag(given, 'keep-backups')) && (await exists(backups)) ? [`backups in ${backups}`] : []),
  ]
  const lines = [
    residue.length === 0
      ? keep
        ? 'Removed, but for the data.'
        : 'Removed. No trace is left.'
      : `Removed, but this is left:\n${residue.map((line) => `  - ${line}`).join('\n')}`,
    ...(kept.length > 0 ? [`Kept:\n${kept.map((line) => `  - ${line}`).join('\n')}`] : []),
  ]
  return { code: residue.length === 0 ? 0 : 1, text: lines.join('\n'), data: { removed: true, residue, kept } }
}

/**
 * Which images are ours: of the version installed and of the one that a rollback would have gone to. Read before anything
 * is removed; an install that was cut off has told its version to .env only.
 */
async function imagePatterns(dir: string, { version, previous }: State): Promise<string[]> {
  const settings = readEnvironment(await readFile(join(dir, '.env'), 'utf8').catch(() => ''))
  const versions = new Set([version, previous, settings['INNOSYNTH_VERSION']].filter(Boolean))
  return [...versions].map((one) => `${settings['INNOSYNTH_IMAGES'] || 'innosynth'}/*:${one}`)
}

async function traces({ engine }: Context, project: string, images: string[]) {
  const label = `label=com.docker.compose.project=${project}`
  const lines = async (args: string[]) => (await engine.docker(args)).stdout.split('\n').filter(Boolean)
  const references = images.flatMap((pattern) => ['--filter', `reference=${pattern}`])
  const names =
    images.length > 0 ? await lines(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', ...references]) : []
  return {
    containers: (await containersOf(engine, project)).map(({ name }) => name),
    networks: await lines(['network', 'ls', '--filter', label, '--format', '{{.Name}}']),
    volumes: await lines(['volume', 'ls', '--filter', label, '--format', '{{.Name}}']),
    images: [...(await imageIds(engine, names)).keys()],
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
