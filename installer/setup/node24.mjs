/** The product runs its TypeScript as it stands on Node 24. An older Node brings 24 from the npm registry and steps aside. */
import { access } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { runQuietly, runThrough } from './child.mjs'
import { Stop, say } from './say.mjs'

const wanted = 24

/**
 * Where this process is new enough: puts its folder first in PATH and returns undefined. Otherwise runs `args` again on
 * Node 24 and returns the exit code.
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<number | undefined>}
 */
export async function continueOnNode24(root, args) {
  if (isNewEnough(process.versions.node)) {
    process.env.PATH = withFirst(dirname(process.execPath), process.env.PATH)
    return undefined
  }
  const node = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  const { code, output } = await access(node).then(
    () => runQuietly(node, ['--version']),
    () => ({ code: 1, output: '' }),
  )
  if (code !== 0 || !isNewEnough(output.trim().replace(/^v/, '')))
    throw new Stop(adviceFor(process.platform, process.arch))
  say(
    `Node ${process.versions.node} is older than ${wanted}; going on with Node ${output.trim().replace(/^v/, '')} from the npm registry`,
  )
  const env = { ...process.env, INNOSYNTH_WATCHED: '1', PATH: withFirst(dirname(node), process.env.PATH) }
  return runThrough(node, args, { env })
}

/** @param {string} version like "24.21.0" */
export function isNewEnough(version) {
  return Number(version.split('.')[0]) >= wanted
}

/**
 * @param {string} folder
 * @param {string | undefined} path
 */
export function withFirst(folder, path) {
  const others = (path ?? '').split(delimiter).filter((entry) => entry && entry !== folder)
  return [folder, ...others].join(delimiter)
}

/**
 * @param {string} platform
 * @param {string} arch
 */
export function adviceFor(platform, arch) {
  const how =
    platform === 'darwin' ? 'for example with "brew install node@24"' : 'from its makers or your package manager'
  return `this is Node ${process.versions.node} on ${platform} ${arch}, and there is no ready Node ${wanted} for it here. Install Node ${wanted}, ${how}, and start again.`
}
