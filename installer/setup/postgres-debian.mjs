/**
 * Programs of a newer Debian beside this one: apt, with its own state and this machine's mirror and keys, fetches the
 * packages and all they depend on; they are unpacked into a folder, and nothing is installed on the machine.
 */
import { chmod, mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runQuietly } from './child.mjs'
import { findProgram } from './chromium.mjs'
import { Stop, say, took } from './say.mjs'

/** The first suite with PostgreSQL 18 and pgvector. */
const suite = 'forky'
const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * The folder to chroot into, made at first use; undefined where this machine is no Debian or we are not root.
 * @param {string[]} packages
 * @returns {Promise<string | undefined>}
 */
export async function debianRoot(packages) {
  const mirror = await debianMirror()
  if (!mirror || process.getuid?.() !== 0 || !(await findProgram(['apt-get'])) || !(await findProgram(['dpkg-deb'])))
    return undefined
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'innosynth')
  const root = join(cache, `${suite}-${packages.at(-1)}`)
  if (await stat(root).catch(() => undefined)) return root
  const started = performance.now()
  say(`bringing ${packages.join(' and ')} from Debian ${suite} (once, about 65 MB)`)
  const work = join(cache, `.making-${process.pid}`)
  await rm(work, { recursive: true, force: true })
  try {
    const debs = await fetchPackages(join(work, 'apt'), mirror, [...packages, 'dash', 'coreutils'])
    const made = join(work, 'root')
    await mkdir(made)
    for (const deb of debs) await must('dpkg-deb', ['-x', deb, made])
    await furnish(made)
    await rename(made, root)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  say(`PostgreSQL is unpacked under ${root}, ${took(started)}`)
  return root
}

async function fetchPackages(apt, mirror, packages) {
  for (const folder of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(apt, folder), { recursive: true })
  await writeFile(join(apt, 'status'), '') // an empty machine: everything the packages need is fetched
  await writeFile(join(apt, 'sources.list'), `deb [signed-by=${keys}] ${mirror} ${suite} main\n`)
  const settings = {
    'Dir::State': join(apt, 'state'),
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::Check-Valid-Until': 'false', // a mirror may lag behind; signatures are checked all the same
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  await must('apt-get', [...options, '-qq', 'update'])
  await must('apt-get', [...options, '-qq', '-y', '--download-only', 'install', ...packages])
  const archives = join(apt, 'cache', 'archives')
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name))
}

/** What an unpacked system lacks to run one server: the links of the merged /usr, /dev/null, a user's name. */
async function furnish(root) {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', name), { recursive: true })
    await symlink(`usr/${name}`, join(root, name)).catch(() => undefined)
  }
  for (const name of ['dev', 'tmp', 'etc']) await mkdir(join(root, name), { recursive: true })
  await chmod(join(root, 'tmp'), 0o1777)
  const { code } = await runQuietly('mknod', ['-m', '666', join(root, 'dev', 'null'), 'c', '1', '3'])
  if (code !== 0) {
    await writeFile(join(root, 'dev', 'null'), '') // no devices allowed here: an ordinary file swallows as well
    await chmod(join(root, 'dev', 'null'), 0o666)
  }
  await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0::/root:/bin/sh\npostgres:x:26026:26026::/tmp:/bin/sh\n')
  await writeFile(join(root, 'etc', 'group'), 'root:x:0:\npostgres:x:26026:\n')
}

async function must(program, args) {
  const { code, output } = await runQuietly(program, args, {
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (code !== 0) throw new Stop(`${program} failed:\n${output.trim().split('\n').slice(-5).join('\n')}`)
}

async function debianMirror() {
  const folder = '/etc/apt/sources.list.d'
  const files = ['/etc/apt/sources.list', ...(await readdir(folder).catch(() => [])).map((name) => join(folder, name))]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return mirrorIn(texts.join('\n'))
}

/**
 * The first Debian mirror that apt's own settings name, in either of their two forms.
 * @param {string} sources
 * @returns {string | undefined}
 */
export function mirrorIn(sources) {
  const words = sources.split('\n').flatMap((line) => (/^\s*(deb\s|URIs:)/.test(line) ? line.split(/\s+/) : []))
  return words.find((word) => /^\w+:\/\/.*\/debian\/?$/.test(word))
}
