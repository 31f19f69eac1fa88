import { runThrough } from './child.mjs'

/**
 * Turns this process into Node with these arguments, so that no waiting parent is left in memory; where the platform
 * cannot do that, runs it as a child and gives its exit code.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function becomeNode(args) {
  if (process.platform === 'win32' || !process.execve) return runThrough(process.execPath, args)
  process.removeAllListeners('warning') // execve calls itself experimental
  return process.execve(process.execPath, [process.execPath, ...args], process.env)
}
