/** The container engine and what it allows. */
import { type Check, found, gib, GiB, ok, atLeast, type Subject } from './check.ts'
import { lastWords } from './engine.ts'
import { readEnvironment } from './env-file.ts'

const needed = (subject: Subject) => subject.info !== null
const absent = ok('no engine')
const say = (info: Subject['info'], name: string) => info?.[name]
const flagged = (code: string, title: string, name: string, remedy: string): Check => ({
  code,
  title,
  measure: async ({ info }) =>
    info === null ? absent : say(info, name) === false ? found('block', 'not supported', remedy) : ok('yes'),
})

export const engineChecks: Check[] = [
  {
    code: 'engine.present',
    title: 'Docker is installed',
    measure: async ({ host }) => {
      const { code, stdout } = await host.run('docker', ['--version'], { timeout: 5000 })
      if (code !== 0) return found('block', 'not found', 'Install Docker Engine 24 or later with the compose plugin.')
      return /podman/i.test(stdout)
        ? found('block', stdout.trim(), 'Podman is not supported: install Docker Engine.')
        : ok(stdout.trim())
    },
  },
  {
    code: 'engine.answers',
    title: 'Docker answers',
    measure: async (subject) => {
      if (needed(subject)) return ok('yes')
      const result = await subject.host.run('docker', ['info'], { timeout: 5000 })
      return found('block', lastWords(result, 1), 'Start it: systemctl enable --now docker. Then run this again.')
    },
  },
  {
    code: 'engine.api',
    title: 'Version of the engine’s interface',
    measure: async ({ host }) => {
      const { stdout } = await host.run('docker', ['version', '--format', '{{.Server.APIVersion}}'], { timeout: 5000 })
      const version = stdout.trim() || '0'
      if (!atLeast(version, '1.41'))
        return found('block', version, 'Install Docker Engine 20.10 or later, better 25 or later.')
      return atLeast(version, '1.44')
        ? ok(version)
        : found(
            'warn',
            version,
            'Docker Engine 25 or later (interface 1.44) starts faster: it looks more often at a starting service.',
          )
    },
  },
  {
    code: 'engine.compose',
    title: 'Compose plugin',
    measure: async ({ host }) => {
      const { code, stdout } = await host.run('docker', ['compose', 'version', '--short'], { timeout: 5000 })
      const version = stdout.trim()
      if (code !== 0) return found('block', 'not found', 'Install the package docker-compose-plugin.')
      if (!atLeast(version, '2.20'))
        return found('block', version, 'Install compose 2.20 or later: older ones know no include.')
      return atLeast(version, '2.32') ? ok(version) : found('warn', version, 'Compose 2.32 or later is advised.')
    },
  },
  {
    code: 'engine.storage',
    title: 'Storage driver',
    measure: async ({ info }) => {
      if (!info) return absent
      const driver = String(info['Driver'])
      if (/devicemapper|aufs/.test(driver)) return found('block', driver, 'Change the engine to overlay2.')
      return driver === 'vfs'
        ? found('warn', driver, 'vfs copies every layer: change the engine to overlay2.')
        : ok(driver)
    },
  },
  {
    code: 'engine.rootless',
    title: 'Engine runs as root',
    measure: async ({ info }) =>
      info && /rootless/.test(JSON.stringify(info['SecurityOptions']))
        ? found('block', 'rootless', 'Rootless engines change the users of files: use the system engine.')
        : ok('yes'),
  },
  {
    code: 'engine.userns',
    title: 'Users are not remapped',
    measure: async ({ info }) =>
      info && /name=userns/.test(JSON.stringify(info['SecurityOptions']))
        ? found('block', 'userns-remap', 'Secrets belong to numeric users: switch userns-remap off.')
        : ok('yes'),
  },
  {
    code: 'engine.seccomp',
    title: 'System call filter',
    measure: async ({ info }) =>
      info && !/seccomp/.test(JSON.stringify(info['SecurityOptions']))
        ? found('warn', 'none', 'Use a kernel with seccomp.')
        : ok('yes'),
  },
  flagged('engine.memory-limit', 'Memory can be limited', 'MemoryLimit', 'Boot with cgroup_enable=memory.'),
  flagged('engine.pids-limit', 'Processes can be limited', 'PidsLimit', 'Use a kernel with the pids controller.'),
  flagged(
    'engine.cpu-limit',
    'Processor time can be limited',
    'CpuCfsQuota',
    'Use a kernel with CFS bandwidth control.',
  ),
  {
    code: 'engine.cpus',
    title: 'Processors the engine has',
    measure: async ({ info, host }) => {
      const n = Number(info?.['NCPU'] ?? 0)
      return info && n < host.cpus()
        ? found('warn', `${n} of ${host.cpus()}`, 'The engine runs in a smaller machine or cpuset: enlarge it.')
        : info
          ? ok(`${n}`)
          : absent
    },
  },
  {
    code: 'engine.memory',
    title: 'Memory the engine has',
    measure: async ({ info }) => {
      const total = Number(info?.['MemTotal'] ?? 0)
      return info && total < 3.5 * GiB
        ? found('block', gib(total), 'Give the engine at least 4 GiB.')
        : info
          ? ok(gib(total))
          : absent
    },
  },
  {
    code: 'engine.cgroup-driver',
    title: 'Control group driver',
    measure: async ({ info, configuration: c }) =>
      info && c['models.accelerator'] === 'gpu-nvidia' && info['CgroupDriver'] === 'systemd'
        ? found(
            'warn',
            'systemd',
            'With NVIDIA set native.cgroupdriver=cgroupfs: a daemon-reload takes the GPU from containers otherwise.',
          )
        : ok(String(info?.['CgroupDriver'] ?? 'unknown')),
  },
  {
    code: 'engine.live-restore',
    title: 'Containers survive a restart of the engine',
    measure: async ({ info }) =>
      info && info['LiveRestoreEnabled'] === false
        ? found('info', 'no', 'Set live-restore to true in daemon.json to update the engine without a pause.')
        : ok('yes'),
  },
  {
    code: 'engine.proxy',
    title: 'No proxy reaches into containers',
    measure: async ({ host }) => {
      const settings = await host.read('/root/.docker/config.json')
      return settings && /"proxies"/.test(settings)
        ? found(
            'warn',
            '~/.docker/config.json sets proxies',
            'Remove them: services would look for each other through the proxy.',
          )
        : ok('yes')
    },
  },
  {
    code: 'engine.images',
    title: 'Images of this version',
    measure: async ({ host, info, dir, version, build }) => {
      if (!info) return absent
      const prefix = readEnvironment((await host.read(`${dir}/.env`)) ?? '')['INNOSYNTH_IMAGES'] || 'innosynth'
      const { stdout } = await host.run(
        'docker',
        ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${prefix}/*:${version}`],
        { timeout: 5000 },
      )
      const n = stdout.split('\n').filter(Boolean).length
      return n === 0 && !build
        ? found(
            'warn',
            'none',
            'Load them with `innosynth bundle load`, or build them with `innosynth install --build`.',
          )
        : ok(`${n}`)
    },
  },
  {
    code: 'install.project',
    title: 'Project name is free',
    measure: async ({ host, info, dir, configuration }) => {
      if (!info) return absent
      const { stdout } = await host.run(
        'docker',
        [
          'ps',
          '--all',
          '--filter',
          `label=com.docker.compose.project=${configuration.project}`,
          '--format',
          '{{.Label "com.docker.compose.project.working_dir"}}',
        ],
        { timeout: 5000 },
      )
      const other = stdout.split('\n').find((line) => line && line !== dir)
      return other
        ? found(
            'block',
            `${configuration.project} runs from ${other}`,
            'Choose another project in innosynth.yaml, or use --dir of that installation.',
          )
        : ok(String(configuration.project))
    },
  },
  {
    code: 'install.volumes',
    title: 'No data of a former installation',
    measure: async ({ host, info, dir, configuration }) => {
      if (!info) return absent
      const { stdout } = await host.run(
        'docker',
        ['volume', 'ls', '--quiet', '--filter', `label=com.docker.compose.project=${configuration.project}`],
        { timeout: 5000 },
      )
      const names = stdout.split('\n').filter(Boolean)
      const known = await host.exists(`${dir}/secrets/postgres/owner_password`)
      return names.length > 0 && !known
        ? found(
            'block',
            names.join(', '),
            'Their passwords are not here: put the deployment folder back, restore a backup, or remove them with docker volume rm.',
          )
        : ok(names.length > 0 ? `${names.length}, with their secrets` : 'none')
    },
  },
]
