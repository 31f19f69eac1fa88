/** innosynth doctor: what is wrong, what to do, and with --fix what can be mended without a risk. */
import { readdir, rm } from 'node:fs/promises'
import { type Finding, runChecks, type Subject } from './check.ts'
import { databaseChecks } from './checks-database.ts'
import { diskChecks } from './checks-disk.ts'
import { hostChecks } from './checks-host.ts'
import { keptChecks } from './checks-kept.ts'
import { containerFindings, runningChecks } from './checks-running.ts'
import { readConfiguration } from './deployment.ts'
import { thisHost } from './host.ts'
import { outcomeOf } from './preflight.ts'
import { ensureSecrets } from './secrets.ts'
import { startStack } from './start.ts'
import { lock, lockPath, readLock, readState } from './state.ts'
import { type Context, flag, type Verb } from './verb.ts'

/** Of the host, what can change after an install. */
const still = new Set([
  'host.memory',
  'host.memory-limits',
  'host.swap',
  'host.cgroup',
  'host.clock',
  'host.clock-plausible',
  'host.overcommit',
])

export const verb: Verb = {
  name: 'doctor',
  summary: 'look at everything that runs, with a remedy for what is wrong',
  details:
    '--fix starts what should run, closes secret files, removes a dead lock and leftovers of a cut-off write. It never touches data.',
  options: { fix: { type: 'boolean', summary: 'mend what can be mended without a risk' } },
  run: async (context, given) => {
    const started = performance.now()
    const fixed = flag(given, 'fix') ? await mend(context) : []
    const findings = await examine(context)
    const blocks = findings.filter(({ severity }) => severity === 'block')
    const warnings = findings.filter(({ severity }) => severity === 'warn')
    const outcome = outcomeOf({ findings, blocks, warnings }, Math.round((performance.now() - started) / 100) / 10)
    return {
      code: blocks.length + warnings.length > 0 ? 1 : 0,
      text: [...fixed.map((line) => `fixed: ${line}`), outcome.text].join('\n'),
      data: { ...outcome.data, fixed },
    }
  },
}

export async function examine(context: Context): Promise<Finding[]> {
  const { dir, run, engine } = context
  const { configuration } = await readConfiguration(dir)
  const state = await readState(dir)
  const { code, stdout } = await run('docker', ['info', '--format', '{{json .}}'], { timeout: 8000 })
  const info = code === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : null
  const subject: Subject = {
    host: thisHost(run, engine),
    dir,
    configuration,
    state,
    version: state.version ?? '',
    build: false,
    info,
  }
  const host = await runChecks([...hostChecks.filter(({ code: name }) => still.has(name)), ...diskChecks], subject)
  const [containers, running] = await Promise.all([
    containerFindings(subject),
    runChecks([...runningChecks, ...databaseChecks, ...keptChecks], subject),
  ])
  return [...host, ...containers, ...running]
}

async function mend(context: Context): Promise<string[]> {
  const { dir, engine, say } = context
  const { configuration } = await readConfiguration(dir)
  const fixed: string[] = []
  const dead = await readLock(dir)
  if (dead && !dead.alive) {
    await rm(lockPath(dir), { force: true })
    fixed.push(`the lock of ${dead.purpose} (process ${dead.pid}) was removed`)
  }
  const held = await lock(dir, 'doctor --fix', say)
  try {
    for (const entry of await readdir(dir, { recursive: true }))
      if (/\.[0-9a-f]{8}\.tmp$/.test(entry)) {
        await rm(`${dir}/${entry}`, { force: true })
        fixed.push(`the leftover ${entry} was removed`)
      }
    fixed.push(...(await ensureSecrets(dir)))
    fixed.push(
      ...(await context.progress('Starting what should run', () =>
        startStack({ ...context, engine }, String(configuration.project)),
      )),
    )
  } catch (error) {
    say(`Not everything could be mended: ${(error as Error).message}`)
  } finally {
    await held.release()
  }
  return fixed
}
