/** What doctor asks of a running installation: containers, their networks, and the installer's own files. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Check, type Finding, type Found, found, ok, type Subject } from './check.ts'
import { type Container, containersOf, deviations, rendered } from './containers.ts'
import { askProduct } from './endpoint.ts'
import { readLock } from './state.ts'

const project = ({ configuration }: Subject) => String(configuration.project)

/** What the engine knows of a container, as a sentence with advice. */
export function judgeContainer(one: Container): Found {
  if (one.oomKilled)
    return found(
      'block',
      `${one.name} was ended for want of memory (limit ${Math.round(one.memoryLimit / 1024 ** 2)} MB)`,
      `Raise memory.${one.service} in innosynth.yaml and run install.`,
    )
  if (one.status === 'restarting')
    return found(
      'block',
      `${one.name} starts again and again (${one.restarts} times, exit code ${one.exitCode})`,
      `See innosynth logs ${one.service}.`,
    )
  if (one.service === 'migrate')
    return one.running || one.exitCode === 0
      ? ok('ended as it should')
      : found('block', `migrate ended with ${one.exitCode}`, 'See innosynth logs migrate; then run install again.')
  if (!one.running)
    return found(
      'block',
      `${one.name} is ${one.status} (exit code ${one.exitCode})`,
      'Run innosynth install, or doctor --fix.',
    )
  if (one.health === 'unhealthy')
    return found(
      'block',
      `${one.name} is unhealthy: ${one.lastProbe || 'its probe says nothing'}`,
      `See innosynth logs ${one.service}.`,
    )
  if (one.restarts > 3)
    return found('warn', `${one.name} was restarted ${one.restarts} times`, `See innosynth logs ${one.service}.`)
  return ok(`${one.status}${one.health ? `, ${one.health}` : ''}`)
}

/** One finding for each container. */
export async function containerFindings(subject: Subject): Promise<Finding[]> {
  const all = (await containersOf(subject.host.engine, project(subject))).filter(({ oneOff }) => !oneOff)
  return all.map((one) => {
    const { value, severity, remedy = '' } = judgeContainer(one)
    return {
      code: `container.${one.service}`,
      title: one.name,
      value,
      severity: severity ?? 'ok',
      remedy,
      ignored: false,
    }
  })
}

export const runningChecks: Check[] = [
  {
    code: 'stack.complete',
    title: 'Everything runs as the files say',
    measure: async (subject) => {
      const reasons = await deviations(subject.host.engine, project(subject))
      return reasons.length > 0
        ? found('block', reasons.slice(0, 4).join('; '), 'Run innosynth install, or doctor --fix.')
        : ok('yes')
    },
  },
  {
    code: 'stack.reached',
    title: 'The product answers at its address',
    measure: async ({ configuration }) => {
      const started = performance.now()
      const { status } = await askProduct(configuration, '/api/health')
      return status === 200
        ? ok(`${Math.round(performance.now() - started)} ms`)
        : found('block', `answers ${status}`, 'See innosynth logs proxy server.')
    },
  },
  {
    code: 'stack.ready',
    title: 'Parts that the server needs',
    measure: async ({ host }) => {
      const ask =
        "fetch('http://127.0.0.1:9091/ready').then(async (r) => console.log(await r.text()), (e) => { console.error(e.message); process.exit(1) })"
      const { code, stdout, stderr } = await host.engine.compose(['exec', '-T', 'server', 'node', '-e', ask], {
        timeout: 7000,
      })
      if (code !== 0)
        return found(
          'block',
          `the server does not answer: ${stderr.trim().split('\n').at(-1) ?? ''}`,
          'See innosynth logs server.',
        )
      const { ready, parts } = JSON.parse(stdout) as { ready: boolean; parts: Record<string, boolean> }
      const bad = Object.entries(parts)
        .filter(([, well]) => !well)
        .map(([name]) => name)
      return ready
        ? ok(Object.keys(parts).join(', '))
        : found('block', `not ready: ${bad.join(', ')}`, 'Look at the container of that part above.')
    },
  },
  {
    code: 'stack.way-out',
    title: 'No service but the proxy has a way out',
    measure: async ({ host }) => {
      const stack = (await rendered(host.engine)) as Awaited<ReturnType<typeof rendered>> & {
        networks: Record<string, { internal?: boolean }>
      }
      const open = Object.entries(stack.services as Record<string, { networks?: Record<string, unknown> }>).filter(
        ([name, { networks = {} }]) =>
          name !== 'proxy' && Object.keys(networks).some((network) => stack.networks[network]?.internal !== true),
      )
      const others = open.map(([name]) => name).filter((name) => name !== 'bridge')
      if (others.length > 0)
        return found('warn', others.join(', '), 'Put back the compose files: innosynth install --overwrite.')
      return open.length > 0
        ? found('info', 'the bridge, as configured', 'Set extras.bridge to false to close it.')
        : ok('none')
    },
  },
  {
    code: 'installer.lock',
    title: 'Lock of the installer',
    measure: async ({ dir }) => {
      const held = await readLock(dir)
      if (!held) return ok('free')
      return held.alive
        ? found('info', `${held.purpose}, process ${held.pid}`, 'A command is at work.')
        : found(
            'warn',
            `left by ${held.purpose} (process ${held.pid} is gone)`,
            'The next command takes it over, or doctor --fix.',
          )
    },
  },
  {
    code: 'installer.journal',
    title: 'Last operation came to its end',
    measure: async ({ state, dir }) => {
      if (!state.journal || (await readLock(dir))?.alive) return ok('yes')
      const { operation, phases } = state.journal
      return found(
        'warn',
        `${operation} stopped at ${phases.at(-1)?.name ?? 'its start'}`,
        `Run innosynth ${operation} again: it goes on.`,
      )
    },
  },
  {
    code: 'secrets.closed',
    title: 'Secret files are closed to others',
    measure: async ({ dir }) => {
      const entries = await readdir(join(dir, 'secrets'), { recursive: true, withFileTypes: true }).catch(() => [])
      const open: string[] = []
      for (const entry of entries.filter((one) => one.isFile()))
        if (((await stat(join(entry.parentPath, entry.name))).mode & 0o377) !== 0) open.push(entry.name)
      return open.length > 0
        ? found('warn', open.join(', '), 'Run doctor --fix.')
        : ok(`${entries.filter((one) => one.isFile()).length} files`)
    },
  },
]
