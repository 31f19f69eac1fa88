/** What every appliance must do, in the order in which an administrator comes to it. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { brokenServer } from './broken.ts'
import { personAt, watchAddress, type Person } from './person.ts'
import { expect, type Report } from './report.ts'
import { baseTag, makeVariant, rewrite } from './variants.ts'
import {
  bundleOf,
  compose,
  docker,
  imageNames,
  innosynth,
  project,
  removeImages,
  versions,
  type World,
} from './world.ts'

export type Installed = { person: Person; answer: string; from: string; leave(): Promise<void> }

export async function journey(world: World, report: Report, args: string[]): Promise<Installed> {
  const { step, figure } = report
  const first = bundleOf(world, versions.first)
  const next = bundleOf(world, versions.next)
  const model = args.find((one) => one.startsWith('--model='))?.slice('--model='.length)
  const models = model ? ['--model', model] : []

  const kept = args.some((one) => one.startsWith('--kept='))
  if (!kept)
    await step('images are built and two versions are put into signed bundles', async () => {
      await innosynth(world, world.root, ['bundle', 'keys', '--out', join(world.work, 'keys')])
      for (const version of [versions.first, versions.next]) {
        const made = await innosynth(world, world.root, [
          ...['bundle', 'create', '--build', '--version', version, '--min-from', versions.first, ...models],
          ...['--key', world.keys.private, '--out', world.bundles],
        ])
        expect(made.code === 0, made.stdout + made.stderr)
        if (version === versions.first)
          figure('bundle', `${Math.round(Number(made.data['size']) / 1e6)} MB, made in ${made.seconds} s`)
      }
      await docker(['tag', `innosynth/app:${versions.next}`, baseTag])
      for (const version of [versions.first, versions.next])
        for (const name of imageNames) await docker(['image', 'rm', `innosynth/${name}:${version}`])
    })

  await step('the bundle is whole; one flipped byte in it is refused', async () => {
    const whole = await innosynth(world, first, ['bundle', 'verify', '--key', world.keys.public])
    expect(whole.code === 0, whole.stdout)
    figure('bundle verify', `${String(whole.data['seconds'])} s`)
    const flipped = await makeVariant(world, {
      name: 'flipped',
      after: (folder) =>
        rewrite(join(folder, 'images/proxy.tar.zst'), (bytes) => (bytes.writeUInt8(bytes[5000]! ^ 1, 5000), bytes)),
    })
    const refused = await innosynth(world, first, ['bundle', 'verify', flipped, '--key', world.keys.public])
    expect(refused.code === 2 && refused.stdout.includes('altered'), refused.stdout)
  })

  const person = personAt(world)
  let answer = ''
  await step(
    'images and models come from the bundle, install brings the stack up, the first answer is cited',
    async () => {
      const started = performance.now()
      const loaded = await innosynth(world, first, [
        'bundle',
        'load',
        '--key',
        world.keys.public,
        '--models-dir',
        world.models,
      ])
      expect(loaded.code === 0, loaded.stdout)
      const installed = await innosynth(world, first, ['install', '--config', world.answers, '--yes'])
      expect(installed.code <= 1 && installed.data['version'] === versions.first, installed.stdout + installed.stderr)
      figure('install', `${installed.seconds} s`)
      await person.setUp(/#code=(.+)$/.exec(String(installed.data['link']))?.[1] ?? '')
      await person.seed()
      answer = await person.ask()
      figure('bundle on disk to first cited answer', `${Math.round((performance.now() - started) / 1000)} s`)
    },
  )
  await step(
    'a second install changes nothing',
    async () => {
      const again = await innosynth(world, first, ['install', '--yes'])
      expect(again.code <= 1 && again.data['changed'] === 0, again.stdout)
    },
    false,
  )
  await step(
    'no service but the proxy is on a network with a way out, and nothing comes out',
    () => noWayOut(world),
    false,
  )

  await step('after a backup everything is destroyed, restored, and the answer is the same', async () => {
    const backup = await innosynth(world, first, ['backup'])
    expect(backup.code === 0, backup.stdout + backup.stderr)
    figure('backup', `${backup.seconds} s`)
    expect((await compose(world, ['down', '--volumes', '--timeout', '20'])).code === 0, 'down -v failed')
    const restored = await innosynth(world, first, ['restore', '--yes'])
    expect(restored.code === 0, restored.stdout + restored.stderr)
    figure('restore after the loss of all volumes', `${restored.seconds} s`)
    // With its volume the proxy's own authority is gone too; install names the new one.
    expect((await innosynth(world, first, ['install', '--yes'])).code <= 1, 'install after the restore failed')
    await person.signIn()
    expect((await person.ask()) === answer, 'the answer is another one')
  })

  await step('an upgrade to a version that does not start comes back by itself', async () => {
    const broken = await makeVariant(world, { name: 'does-not-start', files: brokenServer })
    const result = await innosynth(world, first, ['upgrade', broken, '--key', world.keys.public])
    expect(result.code === 3, `exit ${result.code}: ${result.stdout}`)
    figure('upgrade that fails, with the way back', `${result.seconds} s`)
    await runsAs(world, versions.first)
    expect((await person.ask()) === answer, 'the answer is another one')
    await rm(broken, { recursive: true, force: true })
  })

  await step('the upgrade to the next version keeps documents and people, within 20 s of downtime', async () => {
    const stop = watchAddress(person)
    const result = await innosynth(world, next, ['upgrade', '--key', world.keys.public])
    const downtime = await stop()
    expect(result.code === 0, `exit ${result.code}: ${result.stdout} ${result.stderr.slice(-600)}`)
    figure('upgrade', `${result.seconds} s, of which the address did not answer ${downtime} s`)
    await runsAs(world, versions.next)
    expect((await person.ask()) === answer, 'the answer is another one')
    expect(downtime <= 20, `the address did not answer for ${downtime} s`)
  })

  await step('the rollback of a patch is an exchange of images and keeps what was written since', async () => {
    await person.add('after.txt', 'The zanzibar note was written after the upgrade.')
    const stop = watchAddress(person)
    const result = await innosynth(world, next, ['rollback'])
    const downtime = await stop()
    expect(result.code === 0 && result.data['withData'] === false, result.stdout + result.stderr.slice(-600))
    figure('rollback', `${result.seconds} s, of which the address did not answer ${downtime} s`)
    await runsAs(world, versions.first)
    expect(await person.finds('zanzibar'), 'what was written after the upgrade is gone')
  })
  return { person, answer, from: first, leave: () => leave(world, report, first) }
}

export async function runsAs(world: World, version: string): Promise<void> {
  const { stdout } = await docker([
    'ps',
    '--filter',
    `label=com.docker.compose.project=${project}`,
    '--format',
    '{{.Image}}',
  ])
  const images = stdout.split('\n').filter(Boolean)
  expect(
    images.length >= 5 && images.every((image) => image.endsWith(`:${version}`)),
    `these run: ${images.join(', ')}`,
  )
  const state = JSON.parse(await readFile(join(world.dir, 'state.json'), 'utf8')) as {
    version: string
    journal: unknown
  }
  expect(state.version === version && state.journal === null, `state.json says ${state.version}`)
}

/** Internal networks for all but the proxy, and a packet to the outside from each service gets nowhere. */
async function noWayOut(world: World): Promise<void> {
  const { stdout } = await docker([
    'network',
    'ls',
    '--filter',
    `label=com.docker.compose.project=${project}`,
    '--format',
    '{{.Name}} {{.Internal}}',
  ])
  const open = stdout.split('\n').filter((line) => line.endsWith(' false'))
  expect(open.length === 1 && open[0]!.includes('edge'), `networks with a way out: ${open.join(', ')}`)
  const script =
    "require('net').connect(53, '9.9.9.9').on('connect', () => process.exit(0)).on('error', () => process.exit(9)).setTimeout(4000, () => process.exit(9))"
  for (const service of ['server', 'worker']) {
    const { code } = await compose(world, ['exec', '-T', service, 'node', '-e', script])
    expect(code === 9, `${service} reached the outside (${code})`)
  }
}

async function leave(world: World, report: Report, from: string): Promise<void> {
  await report.step(
    'uninstall leaves no trace',
    async () => {
      await removeImages()
      const result = await innosynth(world, from, ['uninstall', '--yes'])
      expect(result.code === 0, result.stdout)
      for (const kind of ['container', 'volume', 'network']) {
        const args = kind === 'container' ? ['ps', '-aq'] : [kind, 'ls', '-q']
        const { stdout } = await docker([...args, '--filter', `label=com.docker.compose.project=${project}`])
        expect(stdout.trim() === '', `${kind}s are left`)
      }
      expect(
        (await readFile(join(world.dir, 'state.json')).catch(() => null)) === null,
        'the deployment folder is left',
      )
    },
    false,
  )
}
