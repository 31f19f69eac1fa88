import { once } from 'node:events'
import { createServer, type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { covers, createBridge } from './bridge.ts'
import { createLog } from './platform/log/index.ts'

describe('the bridge', () => {
  const outside = createServer((socket) => socket.pipe(socket).on('error', () => {}))
  let allowed: string
  const names: Record<string, string[]> = {
    'api.example.org': ['127.0.0.1'],
    'inside.example.org': ['10.0.0.5'],
    'half.example.org': ['127.0.0.1', '169.254.169.254'],
  }
  const bridge = (isPublic?: (address: string) => boolean) =>
    createBridge({
      allow: Object.keys(names).map((name) => `${name}:${allowed}`),
      log: createLog('silent'),
      resolve: async (host) => names[host] ?? [],
      ...(isPublic ? { isPublic } : {}),
    })
  // The one stand-in for the internet that a test has is this machine.
  const here = bridgeHere()
  function bridgeHere() {
    return { server: undefined as ReturnType<typeof bridge> | undefined, port: 0 }
  }
  beforeAll(async () => {
    outside.listen(0, '127.0.0.1')
    await once(outside, 'listening')
    allowed = String((outside.address() as AddressInfo).port)
    here.server = bridge((address) => address === '127.0.0.1')
    here.server.listen(0, '127.0.0.1')
    await once(here.server, 'listening')
    here.port = (here.server.address() as AddressInfo).port
  })
  afterAll(() => {
    here.server?.close()
    outside.close()
  })

  async function say(words: string, after = '', port = here.port): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    socket.write(words)
    let heard = ''
    for await (const part of socket) {
      heard += String(part)
      if (heard.includes('200 Connection') && !heard.includes(after)) socket.write(after)
      else if (after && heard.includes(after)) break
    }
    socket.destroy()
    return heard
  }
  const to = (target: string) => `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`

  it('opens a way to a host and port on the allow-list', async () => {
    const heard = await say(to(`api.example.org:${allowed}`), 'hello outside')
    expect(heard).toContain('200 Connection Established')
    expect(heard).toContain('hello outside')
  })

  it.each([
    ['another host', () => `evil.example.org:${allowed}`],
    ['another port', () => 'api.example.org:22'],
    ['an address instead of a name', () => `127.0.0.1:${allowed}`],
    ['a name that leads inside', () => `inside.example.org:${allowed}`],
    ['a name of which one address leads to the metadata service', () => `half.example.org:${allowed}`],
    ['words that are no target', () => 'api.example.org'],
  ])('refuses %s', async (_what, target) => {
    expect(await say(to(target()))).toMatch(/^HTTP\/1\.1 403/)
  })

  it('refuses a plain request', async () => {
    expect(await say('GET http://api.example.org/ HTTP/1.1\r\nhost: api.example.org\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 405/,
    )
  })

  it('judges by the real ranges where nothing else is given', async () => {
    const strict = bridge()
    strict.listen(0, '127.0.0.1')
    await once(strict, 'listening')
    const { port } = strict.address() as AddressInfo
    expect(await say(to(`api.example.org:${allowed}`), '', port)).toMatch(/^HTTP\/1\.1 403/)
    strict.close()
  })
})

it('a subdomain entry covers subdomains and nothing that only ends like them', () => {
  expect(covers('*.example.org:443', 'eu.example.org', '443')).toBe(true)
  expect(covers('*.example.org:443', 'example.org', '443')).toBe(false)
  expect(covers('*.example.org:443', 'evilexample.org', '443')).toBe(false)
  expect(covers('*.example.org:443', 'eu.example.org', '80')).toBe(false)
})
