/** What the checks of a running appliance share: its folder, its containers, the engine's words. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Container = {
  id: string
  name: string
  service: string
  image: string
  env: string[]
  probe: string[]
  health: string
}

export function folderFromArguments(usage: string): string {
  const folder = process.argv[2]
  if (!folder) {
    process.stderr.write(`usage: ${usage}\n`)
    process.exit(2)
  }
  return folder
}

export function run(command: string, args: string[], options: { cwd?: string; timeout?: number } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    timeout: options.timeout ?? 120_000,
    ...(options.cwd ? { cwd: options.cwd } : {}),
  })
  return { code: error ? 1 : (status ?? 1), stdout, stderr: error ? String(error) : stderr }
}

export function must(command: string, args: string[], options: { cwd?: string } = {}): string {
  const { code, stdout, stderr } = run(command, args, options)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** The settings of the deployment folder's .env. */
export function settingsOf(folder: string): Record<string, string> {
  const lines = readFileSync(join(folder, '.env'), 'utf8').split('\n')
  return Object.fromEntries(
    lines
      .filter((line) => /^\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

type Inspected = {
  Id: string
  Name: string
  Config: { Image: string; Env: string[]; Labels: Record<string, string>; Healthcheck?: { Test: string[] } }
  State: { Running: boolean; Health?: { Status: string } }
}

export function containersOf(project: string): Container[] {
  const ids = must('docker', ['ps', '-q', '--filter', `label=com.docker.compose.project=${project}`])
    .split('\n')
    .filter(Boolean)
  if (ids.length === 0) throw new Error(`no container of ${project} runs`)
  return (JSON.parse(must('docker', ['inspect', ...ids])) as Inspected[]).map((one) => ({
    id: one.Id,
    name: one.Name.slice(1),
    service: one.Config.Labels['com.docker.compose.service'] ?? '',
    image: one.Config.Image,
    env: one.Config.Env,
    probe: one.Config.Healthcheck?.Test ?? [],
    health: one.State.Health?.Status ?? 'none',
  }))
}
