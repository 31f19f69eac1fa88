/**
 * The only way out of the appliance: a forward proxy that knows CONNECT and nothing else. An address leaves only when its
 * host and port stand on the allow-list and every address the name resolves to is a public one; the connection then goes to
 * the address that was judged, so that a name cannot change its mind in between.
 */
import { createServer, type Server } from 'node:http'
import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { ConfigError, readBridgeConfig } from './config/index.ts'
import { isPublic } from './platform/public-address.ts'
import { createLog, type Logger } from './platform/log/index.ts'

export type BridgeOptions = {
  /** "host:port", lower case; a host may begin with "*." for its subdomains. */
  allow: readonly string[]
  log: Logger
  /** Tests bring their own. Gives all addresses of a name. */
  resolve?: (host: string) => Promise<string[]>
  isPublic?: (address: string) => boolean
}

const patienceMs = 10_000
/** A tunnel nobody uses is closed. */
const idleMs = 10 * 60_000

export function createBridge(options: BridgeOptions): Server {
  const { log } = options
  const server = createServer((request, response) => {
    const live = request.url === '/live'
    response.writeHead(live ? 200 : 405, { connection: 'close' }).end(live ? '' : 'This way out takes CONNECT alone.')
  })
  server.on('connect', (request, client: Socket, head: Buffer) => {
    client.on('error', () => client.destroy())
    const target = request.url ?? ''
    open(options, target).then(
      (outside) => {
        log.info({ target }, 'a way out was opened')
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        if (head.length > 0) outside.write(head)
        for (const [one, other] of [
          [client, outside],
          [outside, client],
        ] as const) {
          one.setTimeout(idleMs, () => one.destroy())
          one.on('error', () => other.destroy())
          one.on('close', () => other.destroy())
          one.pipe(other)
        }
      },
      (error: unknown) => {
        const refused = error instanceof Refused
        log.warn({ target, reason: error instanceof Error ? error.message : String(error) }, 'a way out was refused')
        client.end(`HTTP/1.1 ${refused ? '403 Forbidden' : '502 Bad Gateway'}\r\nconnection: close\r\n\r\n`)
      },
    )
  })
  return server
}

class Refused extends Error {}

async function open(options: BridgeOptions, target: string): Promise<Socket> {
  const { allow, resolve = everyAddress } = options
  const parts = /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?):(\d{1,5})$/.exec(target.toLowerCase())
  if (!parts || !allow.some((entry) => covers(entry, parts[1]!, parts[2]!))) throw new Refused('not on the allow-list')
  const addresses = await resolve(parts[1]!)
  if (addresses.length === 0) throw new Error('the name has no address')
  if (!addresses.every(options.isPublic ?? isPublic)) throw new Refused('the name leads to a private address')
  return connected(addresses[0]!, Number(parts[2]))
}

/** "*.example.org:443" covers any subdomain, not the name itself. */
export function covers(entry: string, host: string, port: string): boolean {
  const [name = '', wanted = ''] = entry.toLowerCase().split(':')
  if (wanted !== port) return false
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name
}

const everyAddress = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address)

function connected(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: patienceMs })
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeListener('error', reject)
      resolve(socket)
    })
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
  })
}

function start() {
  const config = readBridgeConfig()
  const log = createLog(config.logLevel)
  const server = createBridge({ allow: config.allow, log })
  server.listen(config.port, '0.0.0.0', () => log.info({ allow: config.allow }, 'bridge ready'))
  const stop = () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
    setTimeout(() => process.exit(0), 5_000).unref()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

if (import.meta.main)
  try {
    start()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  }
