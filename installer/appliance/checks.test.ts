import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { atLeast, runChecks, type Host, type Subject } from './check.ts'
import { networksLeft } from './checks-addresses.ts'
import { judgeCertificate, judgeDrill, judgePlace } from './checks-kept.ts'
import { judgeContainer } from './checks-running.ts'
import { parseConfiguration } from './config.ts'
import type { Container } from './containers.ts'
import { createEngine, type Run } from './engine.ts'
import { certificate } from './fake-engine.ts'
import { listenerInode } from './ports.ts'
import { checks } from './preflight.ts'
import { emptyState } from './state.ts'

/** A good host; a test spoils one thing of it. */
function subject(
  spoil: {
    host?: Partial<Host>
    files?: Record<string, string>
    info?: Record<string, unknown> | null
    settings?: string
    run?: Run
  } = {},
): Subject {
  const files: Record<string, string> = {
    '/proc/cpuinfo': 'flags\t\t: sse4_2 ssse3 popcnt cx16 avx2\n',
    '/proc/meminfo': 'MemTotal: 16000000 kB\nMemAvailable: 12000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
    '/proc/sys/kernel/osrelease': '6.12.0',
    '/proc/sys/kernel/pid_max': '4194304',
    '/proc/sys/fs/file-max': '9000000',
    '/proc/sys/net/core/somaxconn': '4096',
    '/proc/mounts': '/dev/a / ext4 rw 0 0\n/dev/b /var/backups ext4 rw 0 0\n',
    '/sys/fs/cgroup/cgroup.controllers': 'memory',
    ...spoil.files,
  }
  const answers: Run = async (_command, args) => {
    const line = args.join(' ')
    if (line.includes('NTPSynchronized')) return { code: 0, stdout: 'yes\n', stderr: '' }
    if (line.startsWith('version')) return { code: 0, stdout: '1.47', stderr: '' }
    if (line.startsWith('compose version')) return { code: 0, stdout: '2.35.1', stderr: '' }
    if (line.startsWith('image ls')) return { code: 0, stdout: 'innosynth/app:1\n', stderr: '' }
    return { code: 0, stdout: '', stderr: '' }
  }
  const run = spoil.run ?? answers
  const host: Host = {
    run,
    engine: createEngine(run, '/opt/innosynth'),
    read: async (path) => files[path] ?? null,
    exists: async (path) => path in files || path.startsWith('/var/lib/innosynth/models'),
    space: async () => ({ free: 100 * 1024 ** 3, total: 200 * 1024 ** 3, files: 100, freeFiles: 90 }),
    real: async (path) => path,
    syncTimes: async (_path, n) => Array.from({ length: n }, () => 2),
    cpus: () => 8,
    memory: () => ({ total: 16 * 1024 ** 3 }),
    addresses: () => ['10.0.0.5'],
    resolve: async () => ['10.0.0.5'],
    uid: () => 0,
    now: () => new Date('2026-11-24T12:00:00Z'),
    arch: 'x64',
    platform: 'linux',
    ...spoil.host,
  }
  const good = {
    Driver: 'overlay2',
    NCPU: 8,
    MemTotal: 16 * 1024 ** 3,
    SecurityOptions: ['name=seccomp'],
    DockerRootDir: '/var/lib/docker',
    MemoryLimit: true,
    PidsLimit: true,
    CpuCfsQuota: true,
    LiveRestoreEnabled: true,
  }
  return {
    host,
    dir: '/opt/innosynth',
    configuration: parseConfiguration(spoil.settings ?? 'hostname: know.example.org').effective,
    state: emptyState,
    version: '1.0.0',
    build: false,
    info: spoil.info === undefined ? good : spoil.info,
  }
}
/** An engine that has made this many networks for others, and each has its route. */
const crowded =
  (networks: number): Run =>
  async (_command, args) => {
    const line = args.join(' ')
    const subnets = Array.from({ length: networks }, (_, i) =>
      i < 15 ? `172.${17 + i}.0.0/16` : `192.168.${(i - 15) * 16}.0/20`,
    )
    if (line.startsWith('network ls')) return { code: 0, stdout: subnets.map((_, i) => `n${i}\n`).join(''), stderr: '' }
    if (line.startsWith('network inspect'))
      return { code: 0, stdout: subnets.map((subnet) => `other|${subnet} \n`).join(''), stderr: '' }
    return { code: 0, stdout: '', stderr: '' }
  }
const judged = async (of: Subject, ignored?: string[]) =>
  Object.fromEntries((await runChecks(checks, of, ignored)).map((one) => [one.code, one]))

describe('preflight', () => {
  it('asks at least 40 questions, each with a code of its own, and finds nothing wrong with a good host', async () => {
    expect(new Set(checks.map(({ code }) => code)).size).toBe(checks.length)
    expect(checks.length).toBeGreaterThanOrEqual(40)
    expect(Object.values(await judged(subject())).filter(({ severity }) => severity !== 'ok')).toEqual([])
  })

  const space = (free: number) => async () => ({ free, total: 1e12, files: 100, freeFiles: 90 })
  it.each<[string, string, Parameters<typeof subject>[0]]>([
    ['host.platform', 'block', { host: { platform: 'darwin' } }],
    ['host.root', 'block', { host: { uid: () => 1000 } }],
    ['host.cpus', 'block', { host: { cpus: () => 1 } }],
    ['host.cpu-level', 'block', { files: { '/proc/cpuinfo': 'flags : sse2\n' } }],
    ['host.memory', 'block', { host: { memory: () => ({ total: 2 * 1024 ** 3 }) } }],
    ['host.memory-limits', 'warn', { settings: 'hostname: x\nmemory: { server: 20g }' }],
    ['host.kernel', 'block', { files: { '/proc/sys/kernel/osrelease': '3.10.0-1160' } }],
    ['host.clock', 'warn', { run: async () => ({ code: 1, stdout: '', stderr: '' }) }],
    ['disk.engine', 'block', { host: { space: space(1024 ** 3) } }],
    ['disk.kind', 'block', { files: { '/proc/mounts': 'nas:/x / nfs4 rw 0 0\n' } }],
    ['disk.noexec', 'block', { files: { '/proc/mounts': '/dev/a / ext4 rw,noexec 0 0\n' } }],
    ['disk.sync', 'block', { host: { syncTimes: async (_path, n) => Array.from({ length: n }, () => 900) } }],
    ['backup.apart', 'warn', { files: { '/proc/mounts': '/dev/a / ext4 rw 0 0\n' } }],
    ['backup.outside', 'block', { settings: 'hostname: x\nbackup: { dir: /opt/innosynth/backups }' }],
    ['engine.answers', 'block', { info: null }],
    ['engine.rootless', 'block', { info: { SecurityOptions: ['name=rootless', 'name=seccomp'] } }],
    ['engine.userns', 'block', { info: { SecurityOptions: ['name=userns', 'name=seccomp'] } }],
    ['engine.memory-limit', 'block', { info: { MemoryLimit: false } }],
    ['engine.storage', 'warn', { info: { Driver: 'vfs' } }],
    ['port.address', 'block', { settings: 'hostname: x\nlisten: { address: 192.0.2.1 }' }],
    ['name.resolves', 'warn', { host: { resolve: async () => [] } }],
    ['name.public', 'block', { settings: 'hostname: know.internal\ntls: { mode: acme }' }],
    ['tls.files', 'block', { settings: 'hostname: x\ntls: { mode: byo, certificate: /c, key: /k }' }],
    ['engine.networks', 'block', { run: crowded(30) }],
    ['gpu.device', 'block', { settings: 'hostname: x\nmodels: { accelerator: gpu-nvidia }' }],
    ['gpu.engine', 'block', { settings: 'hostname: x\nmodels: { accelerator: gpu-nvidia }' }],
  ])('%s is a %s, with a remedy', async (code, severity, spoil) => {
    const finding = (await judged(subject(spoil)))[code]!
    expect(finding.severity).toBe(severity)
    expect(finding.remedy).toMatch(/\w.*\.$/)
    expect(finding.value).not.toBe('')
  })

  it('counts the networks that are left, those of the installation itself as made already', async () => {
    const value = async (of: Subject) => (await judged(of))['engine.networks']!
    expect(await value(subject({ run: crowded(24) }))).toMatchObject({ severity: 'ok', value: '7 left, 7 needed' })
    expect(await value(subject({ run: crowded(25) }))).toMatchObject({ severity: 'block', value: '6 left, 7 needed' })
    const bridged = 'hostname: x\nextras: { bridge: true }'
    expect(await value(subject({ run: crowded(24), settings: bridged }))).toMatchObject({ value: '7 left, 8 needed' })
    const own = 'hostname: x\nproject: other'
    expect(await value(subject({ run: crowded(30), settings: own }))).toMatchObject({ value: '1 left, 0 needed' })
  })

  it('knows the ranges that daemon.json names, and takes one that overlaps another for used', () => {
    const pool = [{ Base: '10.200.0.0/22', Size: 24 }]
    expect(networksLeft(pool, [])).toBe(4)
    expect(networksLeft(pool, ['10.200.1.128/25', '10.200.2.7'])).toBe(2)
    expect(networksLeft(pool, ['10.0.0.0/8'])).toBe(0)
    expect(networksLeft([{ Base: '10.0.0.0/8', Size: 24 }], [])).toBe(1000)
    expect(networksLeft([{ Base: 'fd00::/8', Size: 64 }], [])).toBe(0)
  })

  it('an ignored block is still told as one', async () => {
    const bad = subject({ host: { cpus: () => 1 } })
    expect((await judged(bad, ['host.cpus']))['host.cpus']).toMatchObject({ severity: 'block', ignored: true })
  })

  it('a check that cannot measure is a warning and no end', async () => {
    const broken = subject({ host: { resolve: () => Promise.reject(new Error('no resolver')) } })
    expect((await judged(broken))['name.resolves']).toMatchObject({
      severity: 'warn',
      value: 'could not be measured: no resolver',
    })
  })

  it('finds who listens on a port in the kernel’s table', () => {
    const table =
      '  sl  local_address rem_address   st\n   0: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n'
    expect(listenerInode(table, 443)).toBe('4711')
    expect(listenerInode(table, 80)).toBeNull()
  })

  it.each([
    ['2.26.1-4', '2.20', true],
    ['1.41', '1.44', false],
    ['v2.32.0', '2.32', true],
    ['10.0', '9.9', true],
  ])('%s is at least %s: %s', (version, least, is) => expect(atLeast(version, least)).toBe(is))
})

describe('doctor', () => {
  const container: Container = {
    id: 'a',
    name: 'x-worker-1',
    service: 'worker',
    image: '',
    imageId: '',
    configHash: '',
    oneOff: false,
    running: true,
    status: 'running',
    exitCode: 0,
    oomKilled: false,
    restarts: 0,
    startedAt: '',
    health: 'healthy',
    lastProbe: '',
    memoryLimit: 2 * 1024 ** 3,
  }

  it.each<[Partial<Container>, string, string]>([
    [{ oomKilled: true }, 'ended for want of memory (limit 2048 MB)', 'memory.worker'],
    [{ status: 'restarting', restarts: 9, exitCode: 1 }, '9 times, exit code 1', 'innosynth logs worker'],
    [{ health: 'unhealthy', lastProbe: 'database: no' }, 'database: no', 'innosynth logs worker'],
    [{ running: false, status: 'exited', exitCode: 137 }, 'exited (exit code 137)', 'doctor --fix'],
    [{ restarts: 5 }, 'restarted 5 times', 'innosynth logs worker'],
  ])('turns what the engine knows into a sentence with advice: %o', (fact, says, remedy) => {
    const judged = judgeContainer({ ...container, ...fact })
    expect(judged.severity).not.toBeNull()
    expect(judged.value).toContain(says)
    expect(judged.remedy).toContain(remedy)
  })

  it('says when a model that should be on the GPU runs on the processor', () => {
    const list = 'NAME ID SIZE MODIFIED\nqwen3:8b  500a1f067a9f  5.2 GB  2 days ago\n'
    const ps = (place: string) =>
      `NAME ID SIZE PROCESSOR CONTEXT UNTIL\nqwen3:8b  500a1f067a9f  6.0 GB  ${place}  4096  4 minutes from now\n`
    expect(judgePlace(list, ps('100% GPU'), 'qwen3:8b', 'gpu-nvidia').severity).toBeNull()
    expect(judgePlace(list, ps('48%/52% CPU/GPU'), 'qwen3:8b', 'gpu-nvidia')).toMatchObject({
      severity: 'warn',
      value: 'qwen3:8b: 48%/52% CPU/GPU',
    })
    expect(judgePlace(list, ps('100% CPU'), 'qwen3:8b', 'gpu-amd').severity).toBe('warn')
    expect(judgePlace(list, ps('100% CPU'), 'qwen3:8b', 'cpu').severity).toBeNull()
    expect(judgePlace('NAME\n', '', 'qwen3:8b', 'cpu')).toMatchObject({ value: 'qwen3:8b is not in Ollama' })
    expect(judgePlace('', '', 'qwen3:8b', 'cpu')).toMatchObject({ severity: 'warn', value: 'Ollama does not answer' })
    expect(judgePlace('NAME\nqwen3:latest  5 GB\n', '', 'qwen3', 'cpu').value).toBe('qwen3, not loaded now')
  })

  it('judges the certificate that browsers see', () => {
    const shown = new X509Certificate(certificate)
    const before = new Date(Date.parse(shown.validTo) - 5 * 86_400_000)
    expect(judgeCertificate(shown, 'localhost', 'byo', new Date()).severity).toBeNull()
    expect(judgeCertificate(shown, 'localhost', 'byo', before)).toMatchObject({
      severity: 'warn',
      value: '5 days left',
    })
    expect(judgeCertificate(shown, 'localhost', 'internal', before).severity).toBeNull()
    expect(judgeCertificate(shown, 'other.example', 'byo', new Date()).severity).toBe('block')
    expect(judgeCertificate(null, 'localhost', 'byo', new Date()).severity).toBe('block')
  })
})

describe('doctor on the newest drill', () => {
  const now = new Date('2026-11-24T12:00:00Z')
  const report = (days: number, ok: boolean) =>
    JSON.stringify({ at: new Date(now.getTime() - days * 86_400_000).toISOString(), ok })

  it.each([
    ['none', null, 'warn'],
    ['one of last week that was proven', report(7, true), null],
    ['one that the schedule has missed', report(8.5, true), 'warn'],
    ['a fresh one that failed', report(0.1, false), 'block'],
    ['half a report', '{"at":"2026-', 'warn'],
  ])('%s', (_name, found, severity) => expect(judgeDrill(found, now).severity).toBe(severity))
})
