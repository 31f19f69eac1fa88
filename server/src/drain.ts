/**
 * Leaves a load balancer without losing a request. First the process says that it is not ready and goes on, every answer
 * closing its connection; then it takes no new connection, which the proxy notices and asks a replica; what runs may end.
 */
import { type Server, type ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type DrainTimes = {
  /** How long it goes on taking connections, for balancers that look at readiness from time to time. */
  noticeMs: number
  /** How long answers under way may take before they are cut off. */
  patienceMs: number
}

/** Settles when no connection is left or the patience is over. */
export async function drain(server: Server, { noticeMs, patienceMs }: DrainTimes): Promise<void> {
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false
  })
  await sleep(noticeMs)
  // http.Server's own close() also cuts idle connections, on which a request may be coming at this moment; the proxy closes
  // them itself after a few seconds.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  await Promise.race([closed, sleep(patienceMs, undefined, { ref: false })])
  server.closeAllConnections()
}
