/** The appliance's worker: jobs and nothing else. Any number of them may run. */
import { boot } from '@innosynth/server/boot'
import { ConfigError, readConfig } from '@innosynth/server/config'
import { startHeartbeat } from '@innosynth/server/domain/system'
import { openInnerPort } from '@innosynth/server/inner'
import { startWorker } from './index.ts'

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}

async function start() {
  const system = await boot({ config: readConfig(), works: true })
  const worker = await startWorker(system)
  const heartbeat = startHeartbeat(system.systemScope('heartbeat'))
  const closeInner = await openInnerPort(system)
  system.log.info('worker ready')
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    system.log.info({ signal }, 'stopping')
    system.leave()
    // Jobs under way get ten seconds to end; the rest go back into the queue before their process is taken away.
    await system.platform.queue.stop().catch((error: unknown) => system.log.warn({ err: error }, 'queue stop'))
    closeInner()
    await heartbeat.stop()
    await worker.stop()
    await system.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}
