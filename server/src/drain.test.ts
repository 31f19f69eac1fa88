import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { drain } from './drain.ts'

type Reply = { connection: string | undefined; body: string }

async function aServer(): Promise<{
  server: Server
  ask: (path: string, agent?: Agent) => Promise<Reply>
  finish: () => void
  arrived: Promise<unknown>
}> {
  const finished = Promise.withResolvers<void>()
  const came = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    if (request.url !== '/slow') return void response.end('quick')
    came.resolve()
    void finished.promise.then(() => response.end('slow'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async (path: string, agent = new Agent()) => {
    const [response] = (await once(get({ host: '127.0.0.1', port, path, agent }), 'response')) as [IncomingMessage]
    return { connection: response.headers.connection, body: String(await buffer(response)) }
  }
  return { server, ask, finish: finished.resolve, arrived: came.promise }
}

describe('a server that drains', () => {
  it('lets the answer under way end, takes a request on an open connection, and no new connection', async () => {
    const { server, ask, finish, arrived } = await aServer()
    const kept = new Agent({ keepAlive: true })
    expect((await ask('/', kept)).connection).toBe('keep-alive')
    const slow = ask('/slow')
    await arrived
    const drained = drain(server, { noticeMs: 0, patienceMs: 10_000 })
    while (server.listening) await new Promise((resolve) => setImmediate(resolve))
    await expect(ask('/')).rejects.toThrow(/ECONNREFUSED/)
    expect(await ask('/', kept)).toEqual({ connection: 'close', body: 'quick' })
    finish()
    expect((await slow).body).toBe('slow')
    await drained
  })

  it('goes on taking connections while balancers notice', async () => {
    const { server, ask } = await aServer()
    const drained = drain(server, { noticeMs: 200, patienceMs: 1_000 })
    expect(await ask('/')).toEqual({ connection: 'close', body: 'quick' })
    await drained
    await expect(ask('/')).rejects.toThrow(/ECONNREFUSED/)
  })

  it('cuts off what does not end', async () => {
    const { server, ask, arrived } = await aServer()
    const slow = ask('/slow').catch((error: Error) => error.message)
    await arrived
    await drain(server, { noticeMs: 0, patienceMs: 20 })
    expect(await slow).toMatch(/hang up|ECONNRESET/)
  })
})
