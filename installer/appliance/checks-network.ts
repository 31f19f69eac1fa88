/** Ports, names, certificates, and the GPU where one is expected. */
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { type Check, found, gib, ok, type Subject, atLeast } from './check.ts'
import { portUser } from './ports.ts'

function port(code: string, title: string, key: 'listen.https' | 'listen.http'): Check {
  return {
    code,
    title,
    measure: async ({ host, configuration }) => {
      const number = Number(configuration[key])
      const user = await portUser(host, number)
      if (!user) return ok(`${number} is free`)
      const { stdout } = await host.run(
        'docker',
        [
          'ps',
          '--filter',
          `label=com.docker.compose.project=${configuration.project}`,
          '--filter',
          `publish=${number}`,
          '--format',
          '{{.Names}}',
        ],
        { timeout: 5000 },
      )
      if (stdout.trim()) return ok(`${number} is ours (${stdout.trim()})`)
      return found('block', `${number} is used by ${user}`, `End that program, or set ${key} to another port.`)
    },
  }
}

const cloud = (subject: Subject) => subject.configuration['tls.mode'] === 'acme'

export const networkChecks: Check[] = [
  port('port.https', 'Port for browsers', 'listen.https'),
  port('port.http', 'Port that sends browsers on', 'listen.http'),
  {
    code: 'port.address',
    title: 'Address to listen on',
    measure: async ({ host, configuration }) => {
      const address = String(configuration['listen.address']).replace(/[[\]]/g, '')
      return ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(address) || host.addresses().includes(address)
        ? ok(address)
        : found(
            'block',
            `${address} is not of this host`,
            'Set listen.address to an address of this host, or to 0.0.0.0.',
          )
    },
  },
  {
    code: 'name.resolves',
    title: 'Host name leads here',
    measure: async ({ host, configuration }) => {
      const name = String(configuration.hostname)
      const found_ = await host.resolve(name)
      if (found_.length === 0)
        return found('warn', `${name} is not known`, 'Add it to your DNS: people reach the product by this name only.')
      const here = new Set([...host.addresses(), '127.0.0.1', '::1', '127.0.1.1'])
      return found_.some((address) => here.has(address))
        ? ok(found_.join(', '))
        : found(
            'info',
            found_.join(', '),
            'The name leads to another machine; that is right where a load balancer stands before this host.',
          )
    },
  },
  {
    code: 'name.public',
    title: 'Name fits the certificate authority',
    measure: async (subject) =>
      cloud(subject) &&
      (!String(subject.configuration.hostname).includes('.') ||
        /\.(local|lan|internal|intern|home|corp|test)$/.test(String(subject.configuration.hostname)))
        ? found(
            'block',
            String(subject.configuration.hostname),
            'A public authority gives no certificate for this name: use tls.mode internal, byo or acme-private.',
          )
        : ok(String(subject.configuration['tls.mode'])),
  },
  {
    code: 'name.acme-port',
    title: 'Port 80 for the authority',
    measure: async (subject) =>
      cloud(subject) && subject.configuration['listen.http'] !== 80 && subject.configuration['listen.https'] !== 443
        ? found('warn', 'neither 80 nor 443', 'The authority asks back on 80 or 443: forward one of them to this host.')
        : ok('not in the way'),
  },
  {
    code: 'tls.files',
    title: 'Own certificate and key',
    measure: async ({ host, configuration: c }) => {
      if (c['tls.mode'] !== 'byo') return ok('not used')
      const [certificate, key] = await Promise.all([
        host.read(String(c['tls.certificate'])),
        host.read(String(c['tls.key'])),
      ])
      if (!certificate || !key) return found('block', 'a file cannot be read', 'Check tls.certificate and tls.key.')
      const leaf = new X509Certificate(certificate)
      if (!leaf.checkPrivateKey(createPrivateKey(key)))
        return found(
          'block',
          'key and certificate do not belong together',
          'Give the key that the certificate was made for.',
        )
      if (!leaf.checkHost(String(c.hostname)))
        return found(
          'block',
          `the certificate is for ${leaf.subjectAltName ?? leaf.subject}`,
          `Get one for ${String(c.hostname)}.`,
        )
      const days = Math.floor((Date.parse(leaf.validTo) - host.now().getTime()) / 86_400_000)
      if (days < 0) return found('block', `expired on ${leaf.validTo}`, 'Get a new certificate.')
      return days < 30 ? found('warn', `${days} days left`, 'Renew it soon.') : ok(`${days} days left`)
    },
  },
  {
    code: 'tls.chain',
    title: 'Certificate comes with its chain',
    measure: async ({ host, configuration: c }) => {
      const text = c['tls.mode'] === 'byo' ? await host.read(String(c['tls.certificate'])) : null
      const count = text?.split('-----BEGIN CERTIFICATE-----').length ?? 0
      return text && count < 3
        ? found(
            'warn',
            'one certificate only',
            'Append the certificates between yours and the root, or some browsers will not trust it.',
          )
        : ok(text ? `${count - 1} certificates` : 'not used')
    },
  },
  {
    code: 'net.forward',
    title: 'Kernel forwards packets',
    measure: async ({ host, info }) =>
      (await host.read('/proc/sys/net/ipv4/ip_forward'))?.trim() === '0' && info
        ? found('warn', 'no', 'Set net.ipv4.ip_forward=1: published ports need it.')
        : ok('yes'),
  },
  {
    code: 'net.firewall',
    title: 'Firewall',
    measure: async ({ host }) => {
      const ufw = /ENABLED=yes/.test((await host.read('/etc/ufw/ufw.conf')) ?? '')
      const firewalld = (await host.run('firewall-cmd', ['--state'], { timeout: 3000 })).stdout.includes('running')
      return ufw || firewalld
        ? found(
            'info',
            ufw ? 'ufw' : 'firewalld',
            'Published ports pass by its rules: only the proxy publishes, limit it with listen.address.',
          )
        : ok('none found')
    },
  },
  {
    code: 'net.somaxconn',
    title: 'Connections that may wait',
    measure: async ({ host }) => {
      const n = Number(await host.read('/proc/sys/net/core/somaxconn'))
      return n < 512 ? found('info', `${n}`, 'Set net.core.somaxconn to 1024 for many people at once.') : ok(`${n}`)
    },
  },
  {
    code: 'gpu.device',
    title: 'GPU for the language model',
    measure: async ({ host, configuration: c }) => {
      const kind = c['models.accelerator']
      if (kind === 'gpu-nvidia')
        return (await host.exists('/dev/nvidiactl'))
          ? ok('/dev/nvidiactl')
          : found('block', 'no NVIDIA device', 'Install the NVIDIA driver, or set models.accelerator to cpu.')
      if (kind === 'gpu-amd')
        return (await host.exists('/dev/kfd'))
          ? ok('/dev/kfd')
          : found('block', 'no AMD device', 'Install the ROCm kernel driver, or set models.accelerator to cpu.')
      return ok('not expected')
    },
  },
  {
    code: 'gpu.driver',
    title: 'GPU driver',
    measure: async ({ host, configuration: c }) => {
      if (c['models.accelerator'] !== 'gpu-nvidia') return ok('not expected')
      const { code, stdout } = await host.run('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader'], {
        timeout: 5000,
      })
      const version = stdout.split('\n')[0]?.trim() ?? ''
      return code !== 0
        ? found('block', 'nvidia-smi fails', 'Reinstall the driver.')
        : atLeast(version, '550')
          ? ok(version)
          : found('warn', version, 'Driver 550 or later is needed by present models.')
    },
  },
  {
    code: 'gpu.memory',
    title: 'Memory of the GPU',
    measure: async ({ host, configuration: c }) => {
      if (c['models.accelerator'] !== 'gpu-nvidia') return ok('not expected')
      const { stdout } = await host.run('nvidia-smi', ['--query-gpu=memory.total', '--format=csv,noheader,nounits'], {
        timeout: 5000,
      })
      const bytes = Number(stdout.split('\n')[0]) * 1024 ** 2
      return bytes < 4 * 1024 ** 3
        ? found('warn', gib(bytes), 'Choose a small model: others fall back to the processor.')
        : ok(gib(bytes))
    },
  },
  {
    code: 'gpu.engine',
    title: 'Engine hands the GPU on',
    measure: async ({ info, host, configuration: c }) => {
      if (c['models.accelerator'] !== 'gpu-nvidia') return ok('not expected')
      const known =
        JSON.stringify(info?.['Runtimes'] ?? {}).includes('nvidia') ||
        (await host.exists('/etc/cdi/nvidia.yaml')) ||
        (await host.exists('/var/run/cdi/nvidia.yaml'))
      return known
        ? ok('yes')
        : found(
            'block',
            'no NVIDIA runtime and no CDI',
            'Install nvidia-container-toolkit and run nvidia-ctk runtime configure.',
          )
    },
  },
]
