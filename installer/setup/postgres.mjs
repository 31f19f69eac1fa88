/**
 * A throw-away PostgreSQL 18 with pgvector for tests, without a container engine. In this order:
 *   1. INNOSYNTH_TEST_DATABASE_URL: a superuser's address on a server of yours; databases are made and dropped there.
 *   2. PostgreSQL 18 or newer with the vector extension, installed on this machine.
 *   3. On Debian, as root: the distribution's own packages of a suite that has both, unpacked (not installed) into a
 *      folder under the cache and run from there with chroot. About 10 seconds, 330 MB, kept for the next time.
 * The server runs as an unprivileged user, listens on a free port of 127.0.0.1 with a random password, keeps its data in a
 * new folder without fsync, and is gone with the command.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { access, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runQuietly } from './child.mjs'
import { debianRoot } from './postgres-debian.mjs'
import { Stop, say, took } from './say.mjs'

const wanted = 18
/** Owner of the server's files: no person's id, and never root, which PostgreSQL refuses. */
const serverId = 26_026

/**
 * Where a server's programs are. `chroot` is the folder they see as "/", where they are not this machine's own.
 * @typedef {{ bin: string, chroot?: string }} Programs
 */

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
export async function startPostgres() {
  const given = process.env.INNOSYNTH_TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => undefined }
  const programs = (await installed()) ?? (await fromDebian())
  const started = performance.now()
  const home = await makeHome(programs)
  const inside = programs.chroot ? home.slice(programs.chroot.length) : home
  const password = randomBytes(16).toString('hex')
  try {
    await writeFile(join(home, 'password'), password)
    await own(join(home, 'password'))
    const init = ['-D', `${inside}/data`, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${inside}/password`]
    await must(programs, 'initdb', [
      ...init,
      '-E',
      'UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ])
    const port = await freePort()
    const stop = await serve(programs, inside, home, port)
    say(`PostgreSQL ${wanted} with pgvector is running on 127.0.0.1:${port}, ${took(started)}`)
    return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}

async function installed() {
  const base = '/usr/lib/postgresql'
  const versions = (await readdir(base).catch(() => [])).map(Number).filter((version) => version >= wanted)
  for (const version of versions.sort((a, b) => b - a)) {
    const vector = `/usr/share/postgresql/${version}/extension/vector.control`
    if (
      await access(vector).then(
        () => true,
        () => false,
      )
    )
      return { bin: `${base}/${version}/bin` }
  }
  return undefined
}

async function fromDebian() {
  const chroot = await debianRoot([`postgresql-${wanted}`, `postgresql-${wanted}-pgvector`])
  if (chroot) return { bin: `/usr/lib/postgresql/${wanted}/bin`, chroot }
  throw new Stop(
    `there is no PostgreSQL ${wanted} with pgvector here, and only root on Debian can bring one. Install both, or set ` +
      'INNOSYNTH_TEST_DATABASE_URL to a server where databases may be made and dropped.',
  )
}

async function makeHome({ chroot }) {
  const parent = chroot ? join(chroot, 'tmp') : tmpdir()
  await mkdir(parent, { recursive: true })
  const home = await mkdtemp(join(parent, 'innosynth-postgres-'))
  await own(home)
  return home
}

const isRoot = () => process.getuid?.() === 0
const own = async (path) => void (isRoot() && (await chown(path, serverId, serverId)))

/** The command line of one of the server's programs, as the unprivileged user. */
function command({ bin, chroot }, name, args) {
  if (chroot)
    return {
      program: 'chroot',
      words: [`--userspec=${serverId}:${serverId}`, chroot, `${bin}/${name}`, ...args],
      options: {},
    }
  return { program: `${bin}/${name}`, words: args, options: isRoot() ? { uid: serverId, gid: serverId } : {} }
}

async function must(programs, name, args) {
  const { program, words, options } = command(programs, name, args)
  const { code, output } = await runQuietly(program, words, { ...options, env: cleanEnv(), cwd: '/' })
  if (code !== 0) throw new Stop(`${name} failed:\n${output.trim()}`)
}

const cleanEnv = () => ({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' })

async function serve(programs, inside, home, port) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: inside,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    dynamic_shared_memory_type: 'mmap',
    max_connections: 100,
    shared_buffers: '256MB',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { program, words, options } = command(programs, 'postgres', ['-D', `${inside}/data`, ...flags])
  const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnv(), cwd: '/' })
  let said = ''
  const ended = new Promise((resolve) => child.on('exit', resolve))
  const ready = new Promise((resolve, reject) => {
    const hear = (piece) => {
      said = (said + piece.toString()).slice(-4000)
      if (said.includes('ready to accept connections')) resolve(undefined)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', reject)
    ended.then(() => reject(new Stop(`PostgreSQL did not start:\n${said.trim()}`)))
  })
  // Where we are ended in the middle, nobody is left to wait: the server goes at once and its data with it.
  const leave = () => {
    child.kill('SIGQUIT')
    rmSync(home, { recursive: true, force: true })
  }
  process.on('exit', leave)
  await ready
  return async () => {
    process.off('exit', leave)
    child.kill('SIGINT') // "fast shutdown": whoever is still connected is sent away
    await ended
    await rm(home, { recursive: true, force: true })
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
