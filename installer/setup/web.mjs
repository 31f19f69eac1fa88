/** The pages are built when their sources changed, told by content, not by date: a fresh clone has fresh dates. */
import { createHash } from 'node:crypto'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { npm, runQuietly } from './child.mjs'
import { Stop, say, took } from './say.mjs'

const notSources = new Set(['build', '.svelte-kit', 'node_modules', 'e2e', 'paraglide'])

/** @param {string} root */
export async function ensureWeb(root) {
  const web = join(root, 'web')
  const wanted = await sourceHash(web, [join(root, 'package-lock.json')])
  const stamp = join(web, 'build', '.source-hash')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  const started = performance.now()
  say('building the pages (only when they change)')
  const [program, args] = npm(['run', 'build', '-w', 'web', '--silent'])
  const { code, output } = await runQuietly(program, args, { cwd: root })
  if (code !== 0) throw new Stop(`the pages could not be built:\n${output.trim()}`)
  await writeFile(stamp, wanted)
  say(`the pages are built, ${took(started)}`)
}

/**
 * One SHA-256 over names and contents of all source files under `folder` and of `others`.
 * @param {string} folder
 * @param {string[]} [others]
 */
export async function sourceHash(folder, others = []) {
  const hash = createHash('sha256')
  const files = [...(await filesUnder(folder)), ...others]
  for (const file of files.sort()) {
    hash.update(`${relative(folder, file)}\0`)
    hash.update(await readFile(file))
  }
  return hash.digest('hex')
}

async function filesUnder(folder) {
  const found = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (notSources.has(entry.name) || /\.test\.\w+$/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await filesUnder(path)))
    else if (entry.isFile()) found.push(path)
  }
  return found
}
