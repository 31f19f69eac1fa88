/** What the installer knows of an installation: state.json, written whole or not at all, and a lock against a second hand. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Stop } from './verb.ts'

export type PhaseRecord = { name: string; state: 'started' | 'done'; at: string }
export type Journal = { operation: string; id: string; startedAt: string; phases: PhaseRecord[] }
export type State = {
  schema: 1
  /** The version that runs here; null before the first install is complete. */
  version: string | null
  /** The version before, kept for rollback. */
  previous: string | null
  installedAt: string | null
  /** SHA-256 of each file as the installer wrote it, by path within the deployment folder. */
  files: Record<string, string>
  /** The operation that is going on or was cut off; null when none is. */
  journal: Journal | null
  /** Preflight findings that an administrator chose to live with. */
  ignored: { code: string; at: string; value: string }[]
  /** The last operations, newest first, at most 50. */
  history: { operation: string; at: string; outcome: string }[]
}

/** Of a folder in which nothing was installed yet. */
export const emptyState: State = {
  schema: 1,
  version: null,
  previous: null,
  installedAt: null,
  files: {},
  journal: null,
  ignored: [],
  history: [],
}

export const statePath = (dir: string) => join(dir, 'state.json')

export async function readState(dir: string): Promise<State> {
  const source = await readFile(statePath(dir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (source === null) return structuredClone(emptyState)
  try {
    const state = JSON.parse(source) as State
    if (state.schema !== 1) throw new Error('another schema')
    return { ...structuredClone(emptyState), ...state }
  } catch {
    throw new Stop(
      'state',
      `${statePath(dir)} cannot be read as the state of an installation.`,
      'Put it back from a backup.',
      4,
    )
  }
}

export async function writeState(dir: string, state: State): Promise<void> {
  await writeWhole(statePath(dir), `${JSON.stringify(state, null, 2)}\n`, 0o600)
}

/** Writes a file so that after a crash either the old content or the new one is there, never a part. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: number,
  owner?: number,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.chmod(mode)
      if (owner !== undefined && process.getuid?.() === 0) await file.chown(owner, owner)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

type Owner = { pid: number; started: string; boot: string; purpose: string; at: string; token: string }
export type Lock = { release(): Promise<void> }
export const lockPath = (dir: string) => join(dir, 'lock')
const beat = 5_000

/** One operation at a time on a deployment folder. The lock of a process that is gone is taken over. */
export async function lock(dir: string, purpose: string, say: (text: string) => void = () => {}): Promise<Lock> {
  const path = lockPath(dir)
  await mkdir(dir, { recursive: true })
  const owner: Owner = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    boot: bootId(),
    purpose,
    at: new Date().toISOString(),
    token: randomUUID(),
  }
  const mine = `${path}.${owner.token}`
  const file = await open(mine, 'wx', 0o600)
  await file.writeFile(JSON.stringify(owner))
  await file.close()
  try {
    for (let attempt = 0; ; attempt++) {
      // A link appears whole or not at all and never replaces, so two that come at once cannot both have it.
      const held = await link(mine, path).then(
        () => false,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error
          return true
        },
      )
      if (!held) break
      const other = await readLock(dir)
      if (attempt > 3 || (other && other.alive))
        throw new Stop(
          'locked',
          `Another command is at work on ${dir}: ${other?.purpose ?? 'unknown'} (process ${other?.pid ?? '?'}, since ${other?.at ?? '?'}).`,
          'Wait until it has ended.',
        )
      if (other) {
        await setAside(path, other.token)
        say(`The lock of a command that ended without a word (${other.purpose}, process ${other.pid}) was taken over.`)
      }
    }
  } finally {
    await rm(mine, { force: true })
  }
  const heart = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), beat)
  heart.unref()
  return {
    async release() {
      clearInterval(heart)
      const now = await readLock(dir)
      if (now?.token === owner.token) await rm(path, { force: true })
    },
  }
}

/** Who holds the lock, whether that process still lives, and how long ago its heart beat (seconds); null: nobody. */
export async function readLock(dir: string): Promise<(Owner & { alive: boolean; silent: number }) | null> {
  const source = await readFile(lockPath(dir), 'utf8').catch(() => null)
  if (source === null) return null
  const about = await stat(lockPath(dir)).catch(() => null)
  try {
    const owner = JSON.parse(source) as Owner
    const alive = owner.boot === bootId() && startOf(owner.pid) === owner.started
    return { ...owner, alive, silent: about ? Math.round((Date.now() - about.mtimeMs) / 1000) : 0 }
  } catch {
    return { pid: 0, started: '', boot: '', purpose: 'unreadable', at: '', token: '', alive: false, silent: 0 }
  }
}

/** Removes a dead lock, but only the one that was judged dead. */
async function setAside(path: string, token: string) {
  const aside = `${path}.dead.${randomUUID().slice(0, 8)}`
  await rename(path, aside).catch(() => {})
  const content = await readFile(aside, 'utf8').catch(() => '')
  if (content && token && !content.includes(token)) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

/** When a process was started, in the kernel's ticks: a number that was given again is told apart by it. */
function startOf(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}
