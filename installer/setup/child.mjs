/** Programs that we start: how they end is how we end, and Ctrl-C reaches them. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program with our own input and output and gives its exit code (128 + number where a signal ended it). It is told
 * to end when the npm that started us is gone: npm and its shell pass Ctrl-C on, but not a plain `kill`.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function runThrough(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options })
    // A terminal sends Ctrl-C to the whole group; the child decides when it is done, we only wait.
    const pass = (signal) => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
    for (const signal of passedOn) process.on(signal, pass)
    const parent = process.ppid
    const orphaned = () => void (process.ppid !== parent && child.kill('SIGTERM'))
    const watch = process.env.npm_lifecycle_event ? setInterval(orphaned, 1000) : undefined
    const done = () => {
      clearInterval(watch)
      for (const signal of passedOn) process.off(signal, pass)
    }
    child.on('error', (error) => {
      done()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      done()
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

/**
 * Runs a program quietly and gives what it said.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    const pieces = []
    child.stdout?.on('data', (piece) => pieces.push(piece))
    child.stderr?.on('data', (piece) => pieces.push(piece))
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(pieces).toString() }))
  })
}

/**
 * How npm is called: the very npm that runs us, if one does.
 * @param {string[]} args
 * @param {Record<string, string | undefined>} [env]
 * @returns {[string, string[]]}
 */
export function npm(args, env = process.env) {
  const script = env.npm_execpath
  return script?.endsWith('.js')
    ? [process.execPath, [script, ...args]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', args]
}
