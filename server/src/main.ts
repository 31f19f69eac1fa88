/** Starts the API; in evaluation mode the jobs run in the same process. */
import { createAdaptorServer } from '@hono/node-server'
import type { Server } from 'node:http'
import { createApp } from './app.ts'
import { boot, publicUrl } from './boot.ts'
import { ConfigError, readConfig } from './config/index.ts'
import { drain } from './drain.ts'
import { openInnerPort } from './inner.ts'

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}

async function start() {
  const config = readConfig()
  const evaluation = config.mode === 'evaluation'
  const system = await boot({ config, works: evaluation })
  const server = createAdaptorServer({ fetch: createApp(system).fetch }) as Server
  // A large upload over a slow line takes longer than Node's five minutes.
  server.requestTimeout = 0
  server.headersTimeout = 60_000
  await new Promise<void>((ready, refused) => {
    server.once('error', refused)
    server.listen(config.port, config.host, () => ready())
  })
  // The worker depends on the server, never the other way round; only here, where all is put together, do they meet.
  const worker = evaluation ? await (await import('@innosynth/worker')).startWorker(system) : undefined
  const closeInner = await openInnerPort(system)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  if (evaluation) greet(config.url ?? publicUrl({ ...config, port }), system.setUpCode.current, config.dataDir)

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    system.log.info({ signal }, 'stopping')
    system.leave()
    await drain(server, evaluation ? { noticeMs: 0, patienceMs: 3000 } : config.drain)
    closeInner()
    await worker?.stop()
    await system.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}

function greet(url: string, code: string | null, dataDir: string) {
  const lines = [
    '',
    '  InnoSynth, evaluation mode: for trying out, on this machine alone.',
    `  Open       ${url}`,
    ...(code ? [`  Set-up code ${code}   (works once, for the first account)`] : []),
    `  Data       ${dataDir}`,
    '  Stop       Ctrl+C',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
