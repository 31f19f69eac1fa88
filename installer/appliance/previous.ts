/** The files of the version before, kept until the next upgrade: what runs is decided by them and the images they name. */
import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Underway } from './upgrade-plan.ts'
import { readState, writeState, writeWhole, type State } from './state.ts'

/** What belongs to a version and not to the data. Secrets are only ever added to, so they stay. */
const parts = ['docker-compose.yml', 'compose', '.env', 'innosynth.yaml', 'manifest.json']
export const previousFolder = (dir: string) => join(dir, 'previous')
const underwayFile = (dir: string) => join(previousFolder(dir), 'upgrade.json')

/** Copies the present files and the note to previous/. The folder appears whole: what was there before is replaced at the end. */
export async function keepPresent(dir: string, underway: Underway): Promise<void> {
  const making = `${previousFolder(dir)}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true, mode: 0o700 })
  for (const part of parts)
    if (await exists(join(dir, part)))
      await cp(join(dir, part), join(making, part), { recursive: true, preserveTimestamps: true })
  const { files } = await readState(dir)
  await writeWhole(join(making, 'files.json'), JSON.stringify(files), 0o600)
  await writeWhole(join(making, 'upgrade.json'), JSON.stringify(underway, null, 2), 0o600)
  await rm(previousFolder(dir), { recursive: true, force: true })
  await rename(making, previousFolder(dir))
}

/** Puts the files of previous/ back in their place. Harmless when run again. */
export async function putBack(dir: string): Promise<void> {
  const from = previousFolder(dir)
  for (const part of parts) {
    await rm(join(dir, part), { recursive: true, force: true })
    if (await exists(join(from, part)))
      await cp(join(from, part), join(dir, part), { recursive: true, preserveTimestamps: true })
  }
  const files = JSON.parse(await readFile(join(from, 'files.json'), 'utf8')) as State['files']
  await writeState(dir, { ...(await readState(dir)), files })
}

/** Null where no upgrade was ever begun that changed something. */
export async function readUnderway(dir: string): Promise<Underway | null> {
  const source = await readFile(underwayFile(dir), 'utf8').catch(() => null)
  return source === null ? null : (JSON.parse(source) as Underway)
}

export async function note(dir: string, change: Partial<Underway>): Promise<void> {
  const present = await readUnderway(dir)
  if (present) await writeWhole(underwayFile(dir), JSON.stringify({ ...present, ...change }, null, 2), 0o600)
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
