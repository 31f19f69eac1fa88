/** innosynth preflight: looks at the host, changes nothing. */
import { gatherAnswers } from './answers.ts'
import { type Check, type Finding, runChecks } from './check.ts'
import { addressChecks } from './checks-addresses.ts'
import { diskChecks } from './checks-disk.ts'
import { engineChecks } from './checks-engine.ts'
import { hostChecks } from './checks-host.ts'
import { networkChecks } from './checks-network.ts'
import { type Configuration } from './config.ts'
import { sourceVersion } from './deployment.ts'
import { thisHost } from './host.ts'
import { readState, writeState } from './state.ts'
import { type Context, flag, list, type Outcome, text, type Verb } from './verb.ts'
import { existsSync } from 'node:fs'

export const checks: Check[] = [...hostChecks, ...diskChecks, ...engineChecks, ...addressChecks, ...networkChecks]

export const verb: Verb = {
  name: 'preflight',
  summary: 'look whether this host can run the appliance; changes nothing',
  options: {
    config: {
      type: 'string',
      value: 'FILE',
      summary: 'answers file; without it that of the installation, or defaults',
    },
    set: { type: 'string', value: 'KEY=VALUE', multiple: true, summary: 'one setting; may be repeated' },
    ignore: {
      type: 'string',
      value: 'CODE',
      multiple: true,
      summary: 'do not stop at this finding; recorded in an installation',
    },
    build: { type: 'boolean', summary: 'images will be built here' },
  },
  run: async (context, given) => {
    const started = performance.now()
    const sets = list(given, 'set')
    const answers = await gatherAnswers(context.dir, text(given, 'config'), sets, null).catch((error) => {
      // Without any answers the host can still be looked at.
      if (text(given, 'config') || sets.length > 0) throw error
      return gatherAnswers(context.dir, undefined, ['hostname=localhost'], null)
    })
    const report = await judge(context, answers.configuration, list(given, 'ignore'), { build: flag(given, 'build') })
    const seconds = Math.round((performance.now() - started) / 100) / 10
    return outcomeOf(report, seconds)
  },
}

export type Report = { findings: Finding[]; blocks: Finding[]; warnings: Finding[] }

/** All checks on this host. Ignored codes are recorded where there is an installation to record them in. */
export async function judge(
  context: Context,
  configuration: Configuration,
  ignored: string[],
  { build = false } = {},
): Promise<Report> {
  const { dir, run, engine, source } = context
  const host = thisHost(run, engine)
  const state = await readState(dir)
  const { code, stdout } = await run('docker', ['info', '--format', '{{json .}}'], { timeout: 8000 })
  const info = code === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : null
  const usable = info && !info['ServerErrors'] ? info : null
  const subject = { host, dir, configuration, state, version: await sourceVersion(source), build, info: usable }
  const findings = await runChecks(checks, subject, [...ignored, ...state.ignored.map(({ code: known }) => known)])
  await recordIgnored(context, findings, ignored)
  return {
    findings,
    blocks: findings.filter(({ severity, ignored: passed }) => severity === 'block' && !passed),
    warnings: findings.filter(({ severity, ignored: passed }) => severity === 'warn' || passed),
  }
}

/** Once for each code: who ignores it again adds nothing. */
async function recordIgnored({ dir, now }: Context, findings: Finding[], asked: string[]) {
  if (!existsSync(dir)) return
  const state = await readState(dir)
  const known = new Set(state.ignored.map(({ code }) => code))
  const fresh = findings.filter(({ code, ignored }) => ignored && asked.includes(code) && !known.has(code))
  if (fresh.length === 0) return
  const added = fresh.map(({ code, value }) => ({ code, value, at: now().toISOString() }))
  await writeState(dir, { ...state, ignored: [...state.ignored, ...added] })
}

export function outcomeOf({ findings, blocks, warnings }: Report, seconds: number): Outcome {
  const mark = { ok: 'ok   ', info: 'info ', warn: 'warn ', block: 'BLOCK' }
  const width = Math.max(...findings.map(({ code }) => code.length))
  const lines = findings.map(
    ({ code, title, value, severity, remedy, ignored }) =>
      `${mark[severity]} ${code.padEnd(width)}  ${title}: ${value}${ignored ? ' (ignored)' : ''}${remedy ? `\n      ${' '.repeat(width)}  → ${remedy}` : ''}`,
  )
  const sum = `${findings.length} checks in ${seconds} s: ${blocks.length} block, ${warnings.length} warn.`
  return {
    code: blocks.length > 0 ? 2 : warnings.length > 0 ? 1 : 0,
    text: [...lines, '', sum].join('\n'),
    data: { checks: findings.length, seconds, blocks: blocks.length, warnings: warnings.length, findings },
  }
}
