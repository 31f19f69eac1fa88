/** What runs, in the engine's words, and whether it is what the files ask for. */
import { jsonLines, type Engine } from './engine.ts'

export type Container = {
  id: string
  name: string
  service: string
  image: string
  imageId: string
  configHash: string
  oneOff: boolean
  running: boolean
  status: string
  exitCode: number
  oomKilled: boolean
  restarts: number
  startedAt: string
  /** healthy, unhealthy, starting; null where the image has no probe */
  health: string | null
  /** What the last probe printed. */
  lastProbe: string
  memoryLimit: number
}

type Inspected = {
  Id: string
  Name: string
  Image: string
  RestartCount: number
  Config: { Image: string; Labels: Record<string, string> | null }
  HostConfig: { Memory: number }
  State: {
    Status: string
    Running: boolean
    ExitCode: number
    OOMKilled: boolean
    StartedAt: string
    Health?: { Status: string; Log: { ExitCode: number; Output: string }[] | null }
  }
}

/** All containers of a project, one-off ones included. */
export async function containersOf(engine: Engine, project: string): Promise<Container[]> {
  const listed = await engine.docker([
    'ps',
    '--all',
    '--quiet',
    '--no-trunc',
    '--filter',
    `label=com.docker.compose.project=${project}`,
  ])
  const ids = listed.stdout.split('\n').filter(Boolean)
  if (ids.length === 0) return []
  const { stdout } = await engine.docker(['inspect', ...ids])
  return jsonLines<Inspected>(stdout || '[]').map((one) => {
    const labels = one.Config.Labels ?? {}
    return {
      id: one.Id,
      name: one.Name.replace(/^\//, ''),
      service: labels['com.docker.compose.service'] ?? '',
      image: one.Config.Image,
      imageId: one.Image,
      configHash: labels['com.docker.compose.config-hash'] ?? '',
      oneOff: labels['com.docker.compose.oneoff'] === 'True',
      running: one.State.Running,
      status: one.State.Status,
      exitCode: one.State.ExitCode,
      oomKilled: one.State.OOMKilled,
      restarts: one.RestartCount,
      startedAt: one.State.StartedAt,
      health: one.State.Health?.Status ?? null,
      lastProbe: (one.State.Health?.Log?.at(-1)?.Output ?? '').trim().slice(0, 400),
      memoryLimit: one.HostConfig.Memory,
    }
  })
}

export type Rendered = {
  services: Record<string, { image?: string; restart?: string; deploy?: { replicas?: number } | null; scale?: number }>
}

/** The rendered compose file with the chosen profiles. */
export const rendered = async (engine: Engine): Promise<Rendered> =>
  JSON.parse(await engine.mustCompose('Reading the compose files', ['config', '--format', 'json'])) as Rendered

/** A service that runs once and ends, as migrate. */
const runsOnce = (service: Rendered['services'][string]) => service.restart === 'no' || service.restart === 'on-failure'

/** Why the stack is not what the files ask for; empty: nothing to do. */
export async function deviations(engine: Engine, project: string): Promise<string[]> {
  const stack = await rendered(engine)
  const { stdout } = await engine.compose(['config', '--hash', '*'])
  const hashes = new Map(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.trim().split(/\s+/) as [string, string]),
  )
  const present = (await containersOf(engine, project)).filter(({ oneOff }) => !oneOff)
  const images = await imageIds(
    engine,
    Object.values(stack.services).flatMap(({ image }) => image ?? []),
  )
  const reasons: string[] = []
  for (const [name, service] of Object.entries(stack.services)) {
    const mine = present.filter((one) => one.service === name)
    const wanted = service.deploy?.replicas ?? service.scale ?? 1
    if (mine.length !== wanted) reasons.push(`${name}: ${mine.length} of ${wanted} containers`)
    for (const one of mine) {
      if (hashes.get(name) && one.configHash !== hashes.get(name)) reasons.push(`${one.name}: settings differ`)
      else if (service.image && images.get(service.image) !== one.imageId) reasons.push(`${one.name}: image differs`)
      else if (runsOnce(service) ? one.running || one.exitCode !== 0 : !one.running)
        reasons.push(`${one.name}: ${one.status}`)
      else if (one.health !== null && one.running && one.health !== 'healthy')
        reasons.push(`${one.name}: ${one.health}`)
    }
  }
  for (const one of present) if (!stack.services[one.service]) reasons.push(`${one.name}: not in the files any more`)
  return reasons
}

/** Image name to id, for those that the engine has. */
export async function imageIds(engine: Engine, names: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const name of new Set(names)) {
    const { code, stdout } = await engine.docker(['image', 'inspect', '--format', '{{.Id}}', name])
    if (code === 0) found.set(name, stdout.trim())
  }
  return found
}
