import { runThrough } from './child.mjs'

/**
 * Turns this process into Node with these arguments, so that no waiting parent is left in memory. Where the
 * platform cannot do that, or where we are the ones who must notice that npm is gone, runs it as a child instead.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function becomeNode(args) {
  const mustWatch = process.env.npm_lifecycle_event && !process.env.INNOSYNTH_WATCHED
  if (process.platform === 'win32' || !process.execve || mustWatch) return runThrough(process.execPath, args)
  process.removeAllListeners('warning') // execve calls itself experimental
  return process.execve(process.execPath, [process.execPath, ...args], process.env)
}
