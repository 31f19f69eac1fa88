import { join } from 'node:path'
import { runThrough } from '../setup/child.mjs'
import { ensureWeb } from '../setup/web.mjs'

/** Server and pages side by side, each started again at every change. Ends when one of them ends. */
export async function run(root, args) {
  await ensureWeb(root)
  const watched = ['server', 'worker'].map((part) => `--watch-path=${join(root, part, 'src')}`)
  const server = [...watched, '--watch-preserve-output', join(root, 'server', 'src', 'main.ts'), ...args]
  const stop = new AbortController()
  // The pages come from Vite, so that is the address that cookies and links are made for.
  const env = { ...process.env, INNOSYNTH_URL: process.env.INNOSYNTH_URL ?? 'http://localhost:5173' }
  const options = { cwd: root, env, signal: stop.signal, killSignal: 'SIGTERM' }
  const both = [
    runThrough(process.execPath, server, options),
    runThrough(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'dev'], {
      ...options,
      cwd: join(root, 'web'),
    }),
  ]
  const code = await Promise.race(both)
  stop.abort()
  await Promise.allSettled(both)
  return code
}
