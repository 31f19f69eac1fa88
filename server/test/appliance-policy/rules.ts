/** What every container of the appliance keeps to, as rules over the rendered compose file. */

export type Service = {
  image?: string
  build?: unknown
  user?: string
  read_only?: boolean
  privileged?: boolean
  cap_add?: string[]
  cap_drop?: string[]
  security_opt?: string[]
  network_mode?: string
  pid?: string
  ipc?: string
  userns_mode?: string
  mem_limit?: string
  cpus?: number
  pids_limit?: number
  init?: boolean
  restart?: string
  pull_policy?: string
  stop_grace_period?: string
  logging?: { driver?: string; options?: Record<string, string> }
  healthcheck?: { test?: string[]; disable?: boolean }
  tmpfs?: string[]
  devices?: unknown[]
  ports?: unknown[]
  networks?: Record<string, unknown>
  volumes?: { type: string; source?: string; target: string; read_only?: boolean }[]
  environment?: Record<string, string | null>
  secrets?: { source: string; target: string }[]
}
export type Stack = {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean }>
  secrets: Record<string, { file?: string }>
}

/** The only networks that are not internal, and who may be in them. */
const open: Record<string, string[]> = { edge: ['proxy'], wan: ['bridge'] }
/** Host folders that may be mounted to read, and those that may be written. */
const binds = [/\/models$/, /\/antivirus$/]
const writableBinds = [/\/backups\/innosynth\/(postgres|objects)$/]
/** Services that run with another's secrets on purpose: the administrator's command line acts as the server. */
const sameSecrets: Record<string, string> = { command: 'server' }

type Rule = (service: Service, name: string, stack: Stack) => boolean

/** Each is true where a service keeps to it. */
export const rules: Record<string, Rule> = {
  user: ({ user }) => /^[1-9]\d{3,}:[1-9]\d{3,}$/.test(user ?? ''),
  'read-only': ({ read_only }) => read_only === true,
  capabilities: ({ cap_drop, cap_add }) => cap_drop?.join() === 'ALL' && !cap_add?.length,
  privileges: ({ security_opt, privileged }) => !privileged && security_opt?.join() === 'no-new-privileges:true',
  'own-namespaces': (service) =>
    [service.network_mode, service.pid, service.ipc, service.userns_mode].every((mode) => !mode),
  memory: ({ mem_limit }) => Number(mem_limit) > 0,
  cpus: ({ cpus }) => Number(cpus) > 0,
  processes: ({ pids_limit }) => Number(pids_limit) > 0 && Number(pids_limit) <= 512,
  init: ({ init }) => init === true,
  restart: ({ restart }) => restart === 'unless-stopped',
  logs: ({ logging }) =>
    logging?.driver === 'local' && Boolean(logging.options?.['max-size'] && logging.options['max-file']),
  'graceful-stop': ({ stop_grace_period }) => Boolean(stop_grace_period),
  healthcheck: ({ healthcheck }) =>
    healthcheck?.test?.[0] === 'CMD' &&
    !healthcheck.disable &&
    !['curl', 'wget', 'sh', 'bash'].includes(healthcheck.test[1] ?? ''),
  tmpfs: ({ tmpfs = [] }) =>
    tmpfs.length > 0 &&
    tmpfs.every((one) => ['noexec', 'nosuid', 'nodev'].every((word) => one.includes(word)) && /size=\d+m/.test(one)),
  image: ({ image, build, pull_policy }) =>
    /^innosynth\/[a-z-]+:\d+\.\d+\.\d+$/.test(image ?? '') && !build && pull_policy === 'never',
  ports: ({ ports }, name) => name === 'proxy' || !ports?.length,
  networks: ({ networks }, name, stack) =>
    Object.keys(networks ?? {}).every((one) => stack.networks[one]?.internal === true || open[one]?.includes(name)),
  devices: ({ devices }) => !devices?.length,
  mounts: ({ volumes = [] }) =>
    volumes
      .filter(({ type }) => type === 'bind')
      .every(({ source = '', read_only }) =>
        read_only ? binds.some((one) => one.test(source)) : writableBinds.some((one) => one.test(source)),
      ),
  'secrets-as-files': ({ environment = {} }) =>
    Object.entries(environment).every(
      ([name, value]) =>
        !/(PASSWORD|SECRET|TOKEN|_KEY|DATABASE_URL|SETUP_CODE)/.test(name) ||
        (name.endsWith('_FILE') && value?.startsWith('/run/secrets/')),
    ),
  'own-secrets': ({ secrets = [] }, name, stack) =>
    secrets.every(({ source }) =>
      (stack.secrets[source]?.file ?? '').includes(`/secrets/${sameSecrets[name] ?? name}/`),
    ),
}

/** "service: rule" of everything that does not keep to the rules. */
export const breaches = (stack: Stack): string[] =>
  Object.entries(stack.services).flatMap(([name, service]) =>
    Object.entries(rules)
      .filter(([, keeps]) => !keeps(service, name, stack))
      .map(([rule]) => `${name}: ${rule}`),
  )
