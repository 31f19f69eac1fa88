/** The deployment folder: which files belong in it, which are there, which were changed by hand. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Configuration, parseConfiguration, writeConfiguration } from './config.ts'
import { environmentOf, renderEnvironment } from './env-file.ts'
import { type State, writeWhole } from './state.ts'
import { Stop } from './verb.ts'

export const configurationFile = 'innosynth.yaml'
export const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

export type WantedFile = { path: string; content: Buffer; mode: number }
export type FileChange = { path: string; kind: 'new' | 'changed' | 'kept'; content: Buffer; mode: number }

/** The version of this command line: that of the images and files beside it. */
export async function sourceVersion(source: string): Promise<string> {
  for (const name of ['manifest.json', 'package.json']) {
    const text = await readFile(join(source, name), 'utf8').catch(() => null)
    const version = text ? (JSON.parse(text) as { version?: unknown }).version : undefined
    if (typeof version === 'string') return version
  }
  throw new Stop(
    'source',
    `No version was found in ${source}.`,
    'Run the command from a checkout or an unpacked bundle.',
  )
}

/** docker-compose.yml, everything under compose/ that is not a test, and the rendered .env. */
export async function wantedFiles(
  source: string,
  configuration: Configuration,
  version: string,
): Promise<WantedFile[]> {
  const root = await readFile(join(source, 'docker-compose.yml')).catch(() => {
    throw new Stop(
      'source',
      `${join(source, 'docker-compose.yml')} is missing.`,
      'Run the command from a checkout or an unpacked bundle.',
    )
  })
  const entries = await readdir(join(source, 'compose'), { recursive: true, withFileTypes: true })
  const parts = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const full = join(entry.parentPath, entry.name)
        const mode = (await stat(full)).mode & 0o111 ? 0o755 : 0o644
        return { path: full.slice(source.length + 1), content: await readFile(full), mode }
      }),
  )
  parts.sort((a, b) => a.path.localeCompare(b.path))
  const environment = renderEnvironment(environmentOf(configuration, version))
  return [
    { path: 'docker-compose.yml', content: root, mode: 0o644 },
    ...parts,
    { path: '.env', content: Buffer.from(environment), mode: 0o644 },
  ]
}

/** What would be written. A file that differs from what we last wrote was changed by hand and stays. */
export async function fileChanges(
  dir: string,
  state: State,
  wanted: WantedFile[],
  overwrite: boolean,
): Promise<FileChange[]> {
  const changes: FileChange[] = []
  for (const { path, content, mode } of wanted) {
    const present = await readFile(join(dir, path)).catch(() => null)
    const last = state.files[path]
    if (present?.equals(content)) continue
    const byHand = present !== null && last !== undefined && hashOf(present) !== last && path !== '.env'
    changes.push({ path, content, mode, kind: present === null ? 'new' : byHand && !overwrite ? 'kept' : 'changed' })
  }
  return changes
}

export async function writeFiles(dir: string, changes: FileChange[]): Promise<void> {
  for (const { path, content, mode, kind } of changes)
    if (kind !== 'kept') await writeWhole(join(dir, path), content, mode)
}

/** The configuration of an installation. Throws `not-installed` where there is none, `config` where it is wrong. */
export async function readConfiguration(
  dir: string,
): Promise<{ configuration: Configuration; given: Partial<Configuration> }> {
  const source = await readFile(join(dir, configurationFile), 'utf8').catch(() => null)
  if (source === null)
    throw new Stop(
      'not-installed',
      `There is no installation in ${dir}.`,
      'Give its folder with --dir, or run `innosynth install`.',
    )
  return readGiven(source, join(dir, configurationFile))
}

export function readGiven(
  source: string,
  name: string,
): { configuration: Configuration; given: Partial<Configuration> } {
  const { effective, given, problems } = parseConfiguration(source)
  if (problems.length > 0)
    throw new Stop(
      'config',
      `${name} cannot be used:\n${problems.map(({ line, message }) => `  ${line ? `line ${line}: ` : ''}${message}`).join('\n')}`,
      'Correct it and run the command again.',
    )
  return { configuration: effective, given }
}

export async function saveConfiguration(dir: string, given: Partial<Configuration>): Promise<void> {
  await writeWhole(join(dir, configurationFile), writeConfiguration(given), 0o644)
}
