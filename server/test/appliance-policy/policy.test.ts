/** The rendered compose file, container by container. Needs `docker compose` to render it, no running engine. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import exceptions from './exceptions.json' with { type: 'json' }
import { breaches, type Service, type Stack } from './rules.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const profiles = 'cpu,gpu-nvidia,gpu-amd,bridge,antivirus,observability,command'

function render(environment: Record<string, string>): Stack {
  const { status, stdout, stderr } = spawnSync('docker', ['compose', 'config', '--format', 'json'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      COMPOSE_PROFILES: profiles,
      INNOSYNTH_VERSION: '1.2.3',
      INNOSYNTH_URL: 'https://innosynth.example.org',
      INNOSYNTH_HOSTNAME: 'innosynth.example.org',
      ...environment,
    },
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Stack
}

const compose = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0
if (!compose)
  process.stderr.write('SKIPPED: the policy of the compose file is not checked, docker compose is not here.\n')

const modes = ['minio', 'versity'].flatMap((OBJECTSTORE) =>
  ['internal', 'byo', 'acme', 'acme-private'].map((TLS_MODE) => ({ OBJECTSTORE, TLS_MODE })),
)

describe.skipIf(!compose)('the rendered compose file', () => {
  const listed = exceptions.map(({ service, rule }) => `${service}: ${rule}`)

  it.each(modes)('keeps to every rule but the listed exceptions with $OBJECTSTORE and $TLS_MODE', (mode) => {
    expect(breaches(render(mode)).toSorted()).toEqual(listed.toSorted())
  })

  it('gives a reason for each exception', () => {
    for (const { reason } of exceptions) expect(reason).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('lets nobody but proxy and bridge into a network with a way out', () => {
    const stack = render({})
    const outside = Object.entries(stack.services)
      .filter(([, { networks }]) => Object.keys(networks ?? {}).some((one) => !stack.networks[one]?.internal))
      .map(([name]) => name)
    expect(outside.toSorted()).toEqual(['bridge', 'proxy'])
  })

  it('runs as a user of its own in each kind of container', () => {
    const users = Object.entries(render({}).services).map(([name, { user }]) => [name, user] as const)
    const shared = users.filter(([name]) => !/^(migrate|command|ollama-)/.test(name)).map(([, user]) => user)
    expect(new Set(shared).size).toBe(shared.length)
  })

  const spoiled: [string, (service: Service) => void][] = [
    ['user', (s) => (s.user = '0:0')],
    ['capabilities', (s) => (s.cap_add = ['NET_ADMIN'])],
    ['privileges', (s) => (s.privileged = true)],
    ['ports', (s) => (s.ports = [{ published: '5432' }])],
    ['networks', (s) => (s.networks = { ...s.networks, edge: null })],
    ['mounts', (s) => (s.volumes = [{ type: 'bind', source: '/var/run/docker.sock', target: '/x', read_only: true }])],
    ['image', (s) => (s.image = 'innosynth/app:latest')],
    ['secrets-as-files', (s) => (s.environment = { ...s.environment, OBJECTSTORE_SECRET_KEY: 'abc' })],
    ['healthcheck', (s) => (s.healthcheck = { test: ['CMD', 'curl', 'http://x'] })],
    ['own-secrets', (s) => (s.secrets = [{ source: 'migrate_database_owner_url', target: 'x' }])],
    ['tmpfs', (s) => (s.tmpfs = ['/tmp'])],
    ['read-only', (s) => (s.read_only = false)],
    ['own-namespaces', (s) => (s.network_mode = 'host')],
  ]
  it.each(spoiled)('is refused when a service breaks the rule %s', (rule, spoil) => {
    const stack = render({})
    spoil(stack.services['server']!)
    expect(breaches(stack)).toContain(`server: ${rule}`)
  })
})
