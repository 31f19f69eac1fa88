/** What preflight and doctor are made of: a question with a stable code, a measured value and a remedy. */
import type { Configuration } from './config.ts'
import type { Engine, Run } from './engine.ts'
import type { State } from './state.ts'

export type Severity = 'block' | 'warn' | 'info'
export type Found = {
  /** What was measured, for people: "3.9 GiB". */
  value: string
  /** null: all is well. */
  severity: Severity | null
  remedy?: string
}
export type Finding = {
  code: string
  title: string
  value: string
  severity: Severity | 'ok'
  remedy: string
  ignored: boolean
}

/** The host as checks see it; tests bring their own. */
export type Host = {
  run: Run
  engine: Engine
  /** Text of a file, or null. */
  read(path: string): Promise<string | null>
  exists(path: string): Promise<boolean>
  /** Free and whole space in bytes, free and whole inodes, of the nearest folder that exists. */
  space(path: string): Promise<{ free: number; total: number; files: number; freeFiles: number } | null>
  /** Real path of the nearest folder that exists. */
  real(path: string): Promise<string>
  /** Milliseconds that each of n small writes with fsync took. */
  syncTimes(path: string, n: number): Promise<number[]>
  cpus(): number
  memory(): { total: number }
  addresses(): string[]
  resolve(name: string): Promise<string[]>
  uid(): number
  now(): Date
  arch: string
  platform: string
}
export type Subject = {
  host: Host
  dir: string
  configuration: Configuration
  state: State
  version: string
  build: boolean
  info: Record<string, unknown> | null
}
export type Check = { code: string; title: string; measure(subject: Subject): Promise<Found> }

export const ok = (value: string): Found => ({ value, severity: null })
export const found = (severity: Severity, value: string, remedy: string): Found => ({ value, severity, remedy })
export const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`
export const GiB = 1024 ** 3

/** Runs all checks side by side. One that fails to measure is a warning of its own, never an end. */
export async function runChecks(checks: Check[], subject: Subject, ignored: string[] = []): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ code, title, measure }) => {
      const { value, severity, remedy = '' } = await limited(measure(subject))
      return {
        code,
        title,
        value,
        severity: severity ?? ('ok' as const),
        remedy,
        ignored: severity === 'block' && ignored.includes(code),
      }
    }),
  )
}

const patience = 8_000

async function limited(work: Promise<Found>): Promise<Found> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Found>((resolve) => {
    timer = setTimeout(
      () => resolve(found('warn', `not measured within ${patience / 1000} s`, 'Run the command again.')),
      patience,
    )
  })
  const done = work.catch((error: Error) =>
    found('warn', `could not be measured: ${error.message}`, 'Look at it by hand.'),
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}

/** Compares versions as in 2.26.1; what is not a number counts as 0. */
export function atLeast(version: string, least: string): boolean {
  const parts = (text: string) =>
    text
      .replace(/^v/, '')
      .split(/[.+-]/)
      .map((part) => Number.parseInt(part, 10) || 0)
  const [a, b] = [parts(version), parts(least)]
  for (let i = 0; i < b.length; i++) if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) > b[i]!
  return true
}
