/** The data folder of evaluation mode: one process at a time, and a secret of its own. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from './config/index.ts'

/**
 * Takes the folder for this process. PGlite itself would let two processes write into one folder and ruin it. A lock left
 * by a process that is gone is taken over; one of a living process never is.
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'process.lock')
  const mine = `${process.pid} ${startOf(process.pid)}\n`
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(path, mine, { flag: 'wx', mode: 0o600 })
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const [pid = '', start = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ')
      if (isAlive(Number(pid)) && startOf(Number(pid)) === start)
        throw new ConfigError(
          `The folder ${folder} is in use by process ${pid}. Stop it first, or choose another folder with INNOSYNTH_DATA.`,
        )
      await rm(path, { force: true })
    }
  }
  throw new ConfigError(`The folder ${folder} is being started by another process right now.`)
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When the process began, in clock ticks since boot, so that a number used again is not taken for the old process. Empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** The secret that signs cookies, made once and readable by this account alone. */
export async function ownSecret(folder: string): Promise<string> {
  const path = join(folder, 'secret')
  const existing = await readFile(path, 'utf8').catch(() => '')
  if (existing.trim().length >= 32) return existing.trim()
  const secret = randomBytes(32).toString('base64url')
  await writeFile(path, `${secret}\n`, { mode: 0o600 })
  await chmod(path, 0o600)
  return secret
}
