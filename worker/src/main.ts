/** The appliance's worker: jobs and nothing else. Any number of them may run. */
import { boot } from '@innosynth/server/boot'
import { ConfigError, readConfig } from '@innosynth/server/config'
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
  system.log.info('worker ready')
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    system.log.info({ signal }, 'stopping')
    await worker.stop()
    await system.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}
