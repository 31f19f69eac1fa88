/** A program for the confined process that tries what a taken-over parser would try. The file's name says what. */
import { denyNetwork } from '../src/extract/child/deny-network.ts'
import type { FromChild, ToChild } from '../src/extract/child/messages.ts'

denyNetwork()

const say = (message: FromChild): void => void process.send?.(message)
const done = (warnings: string[]): void =>
  say({
    kind: 'done',
    extraction: { format: 'text', mediaType: 'text/plain', pageUnit: 'section', pages: [], warnings },
  })

async function outcome(name: string, attempt: () => unknown): Promise<string> {
  try {
    const result = await attempt()
    return `${name}: got ${typeof result === 'string' ? result.slice(0, 40) : typeof result}`
  } catch (error) {
    return `${name}: ${error instanceof Error && 'code' in error ? String(error.code) : error}`
  }
}

const attempts: Record<string, () => Promise<string[]> | string[]> = {
  network: async () => {
    const [net, dns, dgram, http, http2, tls] = await Promise.all([
      import('node:net'),
      import('node:dns'),
      import('node:dgram'),
      import('node:http'),
      import('node:http2'),
      import('node:tls'),
    ])
    return Promise.all([
      outcome(
        'net',
        () =>
          new Promise((resolve, reject) =>
            new net.Socket().connect(80, '127.0.0.1', () => resolve('connected')).on('error', reject),
          ),
      ),
      outcome('dns', () => dns.promises.lookup('localhost')),
      outcome('resolver', () => new dns.Resolver().resolve4('localhost', () => {})),
      outcome('dgram', () => dgram.createSocket('udp4')),
      outcome('http', () => http.get('http://127.0.0.1/')),
      outcome('http2', () => http2.connect('http://127.0.0.1/')),
      outcome('tls', () => tls.connect(443, '127.0.0.1')),
      outcome('fetch', () => fetch('http://127.0.0.1/')),
      outcome('websocket', () => new WebSocket('ws://127.0.0.1/')),
      outcome('listen', () => net.createServer().listen(0)),
      outcome('binding', () => (process as unknown as { binding(name: string): unknown }).binding('tcp_wrap')),
    ])
  },
  // What /proc shows of the network: in a namespace of its own, nothing but a loopback that is down.
  interfaces: async () => [Object.keys((await import('node:os')).networkInterfaces()).join(' ')],
  system: async () => {
    const [fs, child, workers, module] = await Promise.all([
      import('node:fs'),
      import('node:child_process'),
      import('node:worker_threads'),
      import('node:module'),
    ])
    return Promise.all([
      outcome('passwd', () => fs.readFileSync('/etc/passwd', 'utf8')),
      outcome('environ', () => fs.readFileSync('/proc/self/environ', 'utf8')),
      outcome('write', () => fs.writeFileSync('/tmp/innosynth-probe', 'x')),
      outcome('spawn', () => child.spawnSync('id').error?.message ?? 'ran'),
      outcome('worker', () => new workers.Worker('0', { eval: true })),
      outcome('addon', () => module.createRequire(import.meta.url)('../../probe.node')),
    ])
  },
  environment: () => Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
  loop: () => {
    for (;;);
  },
  wait: () => new Promise(() => {}),
  crash: () => process.exit(3),
  abort: () => process.abort(),
  memory: () => {
    const held: Buffer[] = []
    for (;;) held.push(Buffer.alloc(2 ** 24, 1))
  },
  heap: () => {
    const held: string[][] = []
    for (;;) held.push(Array.from({ length: 100_000 }, (_, i) => `${i} ${held.length}`))
  },
  fine: () => ['fine'],
}

process.stdin.resume()
process.on('message', (message: ToChild) => void Promise.resolve(attempts[message.fileName]!()).then(done))
process.on('disconnect', () => process.exit(0))
say({ kind: 'ready' })
