/** A browser for the journey: the one of this machine, or Debian's where the machine lets us install it. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { runQuietly } from './child.mjs'
import { say, took } from './say.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Path of a Chromium, installed from the distribution's packages if it is missing and we are root; undefined otherwise.
 * @returns {Promise<string | undefined>}
 */
export async function ensureChromium() {
  const found = await findProgram(process.env.INNOSYNTH_CHROMIUM ? [process.env.INNOSYNTH_CHROMIUM] : names)
  if (found || process.getuid?.() !== 0 || !(await findProgram(['apt-get']))) return found
  const started = performance.now()
  say("installing Chromium from the distribution's packages, for the browser journey")
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runQuietly('apt-get', ['update', '-qq'], { env })
  const { code, output } = await runQuietly(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    { env },
  )
  if (code !== 0) say(`Chromium could not be installed: ${output.trim().split('\n').at(-1)}`)
  else say(`Chromium is installed, ${took(started)}`)
  return findProgram(names)
}

/**
 * The first of these programs that PATH or an absolute path has.
 * @param {string[]} wanted
 * @returns {Promise<string | undefined>}
 */
export async function findProgram(wanted) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin']
  for (const name of wanted) {
    for (const path of name.includes('/') ? [name] : folders.map((folder) => join(folder, name))) {
      if (
        await access(path, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return path
    }
  }
  return undefined
}
