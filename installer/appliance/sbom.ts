/** A bill of materials for one image (CycloneDX 1.6): Debian packages, npm packages, and what Go programs were built from. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from './engine.ts'
import { readGoBuild, type GoBuild } from './sbom-go.ts'

export type Component = {
  type: 'library' | 'application'
  name: string
  version: string
  purl: string
  licenses?: { license: { name: string } }[]
}

const smallestProgram = '1024k'

/**
 * Looks into an image that the engine has. Nothing of the image's own is started but its shell, without a network.
 * @param image reference, like `innosynth/app:0.1.0`
 * @param created ISO 8601
 */
export async function billOf(run: Run, image: string, created: string): Promise<object> {
  const inside = (script: string) => readFrom(run, image, script)
  const components = [
    ...debianPackages(await inside('cat /var/lib/dpkg/status 2>/dev/null || true')),
    ...npmPackages(await inside('cat /app/node_modules/.package-lock.json 2>/dev/null || echo "{}"')),
  ]
  const node = (await inside('command -v node >/dev/null && node --version || true')).trim()
  if (node) components.push(component('application', 'node', node.replace(/^v/, ''), 'generic'))
  const programs = await inside(
    `find /usr/local /usr/bin /usr/lib /bin -xdev -type f -perm -111 -size +${smallestProgram} 2>/dev/null | sort -u`,
  )
  components.push(...(await goModules(run, image, programs.split('\n').filter(Boolean))))
  const [name, version] = splitReference(image)
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { timestamp: created, component: { type: 'container', name, version } },
    components: unique(components),
  }
}

async function readFrom(run: Run, image: string, script: string): Promise<string> {
  const flags = ['--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--user', '0:0']
  const { code, stdout, stderr } = await run('docker', ['run', ...flags, '--entrypoint', 'sh', image, '-c', script])
  if (code !== 0) throw new Error(`${image} cannot be looked into: ${stderr.trim()}`)
  return stdout
}

/** Installed packages of /var/lib/dpkg/status. */
export function debianPackages(status: string): Component[] {
  return status.split('\n\n').flatMap((entry) => {
    const field = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(entry)?.[1]
    const [name, version, arch] = [field('Package'), field('Version'), field('Architecture')]
    if (!name || !version || !field('Status')?.endsWith(' installed')) return []
    const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${arch}`
    return [{ type: 'library' as const, name, version, purl }]
  })
}

/** Packages of npm's own list in node_modules (.package-lock.json). */
export function npmPackages(lock: string): Component[] {
  const { packages = {} } = JSON.parse(lock) as {
    packages?: Record<string, { version?: string; license?: string; link?: boolean }>
  }
  return Object.entries(packages).flatMap(([path, { version, license, link }]) => {
    const name = path.split('node_modules/').at(-1)
    if (!name || !version || link) return []
    const licenses = license ? { licenses: [{ license: { name: license } }] } : {}
    return [{ ...component('library', name, version, 'npm'), ...licenses }]
  })
}

async function goModules(run: Run, image: string, programs: string[]): Promise<Component[]> {
  if (programs.length === 0) return []
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-sbom-'))
  const { stdout } = await run('docker', ['create', '--network', 'none', image, 'true'])
  const container = stdout.trim()
  try {
    const found: Component[] = []
    for (const program of programs) {
      const copy = join(folder, 'program')
      if ((await run('docker', ['cp', `${container}:${program}`, copy])).code !== 0) continue
      const build = readGoBuild(await readFile(copy))
      if (build) found.push(...goComponents(build))
    }
    return found
  } finally {
    await run('docker', ['rm', '-f', container])
    await rm(folder, { recursive: true, force: true })
  }
}

export const goComponents = (build: GoBuild): Component[] => [
  component('library', 'stdlib', build.go, 'golang'),
  ...build.modules.map(({ path, version }) => component('library', path, version, 'golang')),
]

const component = (type: Component['type'], name: string, version: string, ecosystem: string): Component => ({
  type,
  name,
  version,
  purl: `pkg:${ecosystem}/${name.replace('@', '%40')}@${encodeURIComponent(version)}`,
})

function unique(components: Component[]): Component[] {
  const byPurl = new Map(components.map((entry) => [entry.purl, entry]))
  return [...byPurl.values()].sort((a, b) => a.purl.localeCompare(b.purl))
}

function splitReference(image: string): [string, string] {
  const colon = image.lastIndexOf(':')
  return colon > image.lastIndexOf('/') ? [image.slice(0, colon), image.slice(colon + 1)] : [image, 'latest']
}
