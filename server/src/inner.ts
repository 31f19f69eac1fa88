/** The inner port: probes and figures for those in the same network as the process. No proxy leads here. */
import { createServer, type Server } from 'node:http'
import type { System } from './boot.ts'
import { metricsOf } from './metrics.ts'

/** Settles with the way to close it; with `undefined` as port nothing is opened. */
export async function openInnerPort(system: System): Promise<() => void> {
  const { innerPort, host } = system.config
  if (innerPort === undefined) return () => {}
  const server = createServer((request, response) => {
    answer(system, request.url ?? '/').then(
      ({ status, body, type = 'application/json' }) => {
        response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body)
      },
      (error: unknown) => {
        system.log.warn({ err: error }, 'inner port')
        response.writeHead(500, { connection: 'close' }).end()
      },
    )
  })
  await new Promise<void>((ready, refused) => {
    server.once('error', refused)
    server.listen(innerPort, host, () => ready())
  })
  return () => closeNow(server)
}

type Answer = { status: number; body: string; type?: string }

async function answer(system: System, path: string): Promise<Answer> {
  if (path === '/live') return { status: 200, body: '{"status":"ok"}' }
  if (path === '/ready') {
    const readiness = await system.services.readiness()
    return { status: readiness.ready ? 200 : 503, body: JSON.stringify(readiness) }
  }
  if (path === '/metrics') return { status: 200, body: await metricsOf(system), type: 'text/plain; version=0.0.4' }
  return { status: 404, body: '' }
}

function closeNow(server: Server) {
  server.close()
  server.closeAllConnections()
}
