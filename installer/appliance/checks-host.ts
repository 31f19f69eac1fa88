/** Processor, memory, kernel, clock. */
import { type Check, found, gib, GiB, ok, atLeast } from './check.ts'
import { bytesOf } from './sizing.ts'

const flagsOf = (cpuinfo: string | null) =>
  new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(' ') ?? [])
const field = (text: string | null, name: string) => new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text ?? '')?.[1]

export const hostChecks: Check[] = [
  {
    code: 'host.platform',
    title: 'Operating system',
    measure: async ({ host }) =>
      host.platform === 'linux' ? ok('Linux') : found('block', host.platform, 'Install on Linux.'),
  },
  {
    code: 'host.arch',
    title: 'Architecture',
    measure: async ({ host }) =>
      ['x64', 'arm64'].includes(host.arch)
        ? ok(host.arch)
        : found('block', host.arch, 'Use a host with x86-64 or arm64.'),
  },
  {
    code: 'host.root',
    title: 'User',
    measure: async ({ host }) =>
      host.uid() === 0
        ? ok('root')
        : found('block', `user ${host.uid()}`, 'Run as root (sudo): secrets are given to the users of the containers.'),
  },
  {
    code: 'host.cpus',
    title: 'Processors',
    measure: async ({ host }) => {
      const n = host.cpus()
      return n < 2
        ? found('block', `${n}`, 'Give the host at least 2 processors.')
        : n < 4
          ? found('warn', `${n}`, 'Give the host 4 processors for more than a few people at once.')
          : ok(`${n}`)
    },
  },
  {
    code: 'host.cpu-level',
    title: 'Processor features',
    measure: async ({ host }) => {
      if (host.arch !== 'x64') return ok('not x86')
      const flags = flagsOf(await host.read('/proc/cpuinfo'))
      const missing = ['sse4_2', 'ssse3', 'popcnt', 'cx16'].filter((flag) => !flags.has(flag))
      return missing.length > 0
        ? found(
            'block',
            `without ${missing.join(', ')}`,
            'Use a processor of level x86-64-v2; in a virtual machine pass the host processor through.',
          )
        : ok('x86-64-v2')
    },
  },
  {
    code: 'host.cpu-avx2',
    title: 'AVX2 for models',
    measure: async ({ host }) =>
      host.arch !== 'x64' || flagsOf(await host.read('/proc/cpuinfo')).has('avx2')
        ? ok('yes')
        : found('warn', 'no', 'Models run several times slower without AVX2; pass the host processor through.'),
  },
  {
    code: 'host.memory',
    title: 'Memory',
    measure: async ({ host }) => {
      const { total } = host.memory()
      if (total < 3.5 * GiB) return found('block', gib(total), 'Give the host at least 4 GiB, better 8.')
      return total < 7.5 * GiB
        ? found('warn', gib(total), 'Give the host 8 GiB for more than a few people.')
        : ok(gib(total))
    },
  },
  {
    code: 'host.memory-limits',
    title: 'Memory limits of all containers together',
    measure: async ({ host, configuration: c }) => {
      const ollama = c['models.accelerator'] === 'none' ? 0 : bytesOf(String(c['memory.ollama']))
      const sum =
        bytesOf(String(c['memory.server'])) * Number(c['scale.server']) +
        bytesOf(String(c['memory.worker'])) * Number(c['scale.worker']) +
        bytesOf(String(c['memory.postgres'])) +
        bytesOf(String(c['memory.objectstore'])) +
        ollama
      const total = host.memory().total
      return sum > total
        ? found('warn', `${gib(sum)} of ${gib(total)}`, 'Lower memory.* or scale.* in innosynth.yaml, or add memory.')
        : ok(`${gib(sum)} of ${gib(total)}`)
    },
  },
  {
    code: 'host.memory-free',
    title: 'Memory available now',
    measure: async ({ host, state }) => {
      const free = Number(field(await host.read('/proc/meminfo'), 'MemAvailable') ?? 0) * 1024
      return free < 2 * GiB && !state.version
        ? found('warn', gib(free), 'End other programs before installing.')
        : ok(gib(free))
    },
  },
  {
    code: 'host.swap',
    title: 'Swap in use',
    measure: async ({ host }) => {
      const text = await host.read('/proc/meminfo')
      const used = (Number(field(text, 'SwapTotal') ?? 0) - Number(field(text, 'SwapFree') ?? 0)) * 1024
      return used > GiB ? found('warn', gib(used), 'The host is short of memory: answers will be slow.') : ok(gib(used))
    },
  },
  {
    code: 'host.kernel',
    title: 'Kernel',
    measure: async ({ host }) => {
      const version = (await host.read('/proc/sys/kernel/osrelease'))?.trim() ?? '0'
      if (!atLeast(version, '4.18')) return found('block', version, 'Use a distribution with kernel 4.18 or later.')
      return atLeast(version, '5.10') ? ok(version) : found('warn', version, 'Kernel 5.10 or later is tested.')
    },
  },
  {
    code: 'host.distribution',
    title: 'Distribution',
    measure: async ({ host }) =>
      ok(/^PRETTY_NAME="?([^"\n]+)/m.exec((await host.read('/etc/os-release')) ?? '')?.[1] ?? 'unknown'),
  },
  {
    code: 'host.cgroup',
    title: 'Control groups',
    measure: async ({ host }) =>
      (await host.exists('/sys/fs/cgroup/cgroup.controllers'))
        ? ok('v2')
        : found('warn', 'v1', 'Boot with systemd.unified_cgroup_hierarchy=1: limits of memory are exact only with v2.'),
  },
  {
    code: 'host.clock',
    title: 'Clock is kept right',
    measure: async ({ host }) => {
      const { code, stdout } = await host.run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
        timeout: 3000,
      })
      if (code === 0 && stdout.trim() === 'yes') return ok('synchronised')
      const chrony = await host.run('chronyc', ['-n', 'tracking'], { timeout: 3000 })
      return chrony.code === 0 && /Leap status\s*:\s*Normal/.test(chrony.stdout)
        ? ok('synchronised')
        : found(
            'warn',
            code === 0 ? 'not synchronised' : 'unknown',
            'Run chrony or systemd-timesyncd: sign-ins and point-in-time recovery need the right time.',
          )
    },
  },
  {
    code: 'host.clock-plausible',
    title: 'Date is plausible',
    measure: async ({ host, state }) => {
      const now = host.now()
      const least = state.history[0]?.at ?? '2026-01-01'
      return now.getTime() + 60_000 < Date.parse(least)
        ? found('block', now.toISOString(), 'Set the clock: certificates and backups would carry wrong dates.')
        : ok(now.toISOString())
    },
  },
  {
    code: 'host.overcommit',
    title: 'Memory overcommit',
    measure: async ({ host }) =>
      (await host.read('/proc/sys/vm/overcommit_memory'))?.trim() === '2'
        ? found('warn', 'strict (2)', 'Set vm.overcommit_memory=0: models reserve more than they use.')
        : ok('allowed'),
  },
  {
    code: 'host.pid-max',
    title: 'Processes the kernel allows',
    measure: async ({ host }) => {
      const max = Number(await host.read('/proc/sys/kernel/pid_max'))
      return max < 32768 ? found('warn', `${max}`, 'Set kernel.pid_max to 32768 or more.') : ok(`${max}`)
    },
  },
  {
    code: 'host.open-files',
    title: 'Open files the kernel allows',
    measure: async ({ host }) => {
      const max = Number(await host.read('/proc/sys/fs/file-max'))
      return max < 200_000 ? found('warn', `${max}`, 'Set fs.file-max to 200000 or more.') : ok(`${max}`)
    },
  },
  {
    code: 'host.huge-pages',
    title: 'Transparent huge pages',
    measure: async ({ host }) =>
      /\[always\]/.test((await host.read('/sys/kernel/mm/transparent_hugepage/enabled')) ?? '')
        ? found('info', 'always', 'madvise is steadier for databases; this is no must.')
        : ok('as recommended'),
  },
  {
    code: 'host.selinux',
    title: 'SELinux',
    measure: async ({ host }) =>
      (await host.read('/sys/fs/selinux/enforce'))?.trim() === '1'
        ? found('info', 'enforcing', 'Where a container is refused its folder: chcon -Rt container_file_t FOLDER.')
        : ok('not enforcing'),
  },
]
