/**
 * Takes the network away from this process before any parser is loaded. Where the system allows it the process also
 * stands in a network namespace of its own, without interfaces; this is the second lock, and the only one elsewhere.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'

function refuse(): never {
  throw Object.assign(new Error('Reading a document never uses the network.'), { code: 'ERR_ACCESS_DENIED' })
}

function deny(target: object, names: string[]): void {
  for (const name of names) {
    if (!(name in target)) continue
    Object.defineProperty(target, name, { value: refuse, writable: false, configurable: false })
  }
}

export function denyNetwork(): void {
  deny(net.Socket.prototype, ['connect'])
  deny(net.Server.prototype, ['listen'])
  deny(net, ['connect', 'createConnection', 'createServer'])
  deny(tls, ['connect', 'createServer'])
  deny(http, ['request', 'get', 'createServer'])
  deny(https, ['request', 'get', 'createServer'])
  deny(http2, ['connect', 'createServer', 'createSecureServer'])
  deny(dgram, ['createSocket'])
  deny(dgram.Socket.prototype, ['bind', 'send', 'connect'])
  const lookups = Object.keys(dns).filter((name) => /^(lookup|resolve|reverse)/.test(name))
  deny(dns, lookups)
  deny(dns.promises, lookups)
  deny(dns.Resolver.prototype, lookups)
  deny(globalThis, ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'])
  // Named imports of these modules see the refusals too.
  syncBuiltinESMExports()
}
