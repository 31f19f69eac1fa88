/** Exact dependencies, installed once and again only when the lockfile changes. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { npm, runQuietly } from './child.mjs'
import { Stop, say, took } from './say.mjs'

/** @param {string} root the folder of package-lock.json */
export async function ensureDependencies(root) {
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8')
  const wanted = createHash('sha256').update(lock).digest('hex')
  const stamp = join(root, 'node_modules', '.innosynth-lock')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  const installed = await readFile(join(root, 'node_modules', '.package-lock.json'), 'utf8').catch(() => undefined)
  if (!installed || !isInstalled(JSON.parse(lock), JSON.parse(installed))) await install(root)
  await writeFile(stamp, wanted)
}

/** No package's install script is needed, and one of them downloads from a third host, which closed networks refuse. */
async function install(root) {
  const started = performance.now()
  say('installing exact dependencies (only when they change; a minute or two)')
  const [program, args] = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  const { code, output } = await runQuietly(program, args, { cwd: root })
  if (code !== 0)
    throw new Stop(`npm ci failed:\n${output.trim()}\nIs the npm registry, or your mirror of it, reachable?`)
  say(`dependencies are installed, ${took(started)}`)
}

/**
 * True where what npm noted in node_modules is what the lockfile asks for. Somebody who ran `npm install` by hand need not
 * wait for a second installation.
 * @param {{ packages?: Record<string, any> }} lock package-lock.json
 * @param {{ packages?: Record<string, any> }} installed node_modules/.package-lock.json
 */
export function isInstalled(lock, installed) {
  return Object.entries(lock.packages ?? {}).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed.packages?.[path]
    if (!found) return Boolean(wanted.optional || wanted.devOptional)
    return wanted.link ? Boolean(found.link) : found.version === wanted.version && found.integrity === wanted.integrity
  })
}
