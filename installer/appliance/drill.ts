/** innosynth drill: restores the newest backup into a project of its own that nobody can reach, looks at it, and reports. */
import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { tellFacts } from './backup-facts.ts'
import { chooseSet, type Manifest, parseTime, readSets, readTimeline } from './backup-set.ts'
import { readConfiguration } from './deployment.ts'
import { createEngine, lastWords } from './engine.ts'
import { readEnvironment, renderEnvironment } from './env-file.ts'
import { missingImages } from './images.ts'
import { restoreDatabase } from './restore-database.ts'
import { lock, writeWhole } from './state.ts'
import { type Context, type Given, type Outcome, Stop, text, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'drill',
  summary: 'prove that the newest backup can be restored, beside the running stack',
  details:
    'Restores into a project of its own on internal networks, without the proxy and without writing to the backup; compares rows with the newest sign of life, reads files against their names, asks a question again, and removes it all.',
  options: {
    set: { type: 'string', value: 'NAME', summary: 'this set instead of the newest' },
    time: { type: 'string', value: 'TIME', summary: 'to this second, as with restore' },
    sample: { type: 'string', value: 'N', summary: 'files to read whole (default 200)' },
    keep: { type: 'boolean', summary: 'leave the drill running, to look at it' },
  },
  run,
}

/** Heartbeat 30 s, archive_timeout 60 s, the push, and as much again for a busy host. */
const mostLossSeconds = 180

type Check = { name: string; ok: boolean; said: string }
export type Report = {
  at: string
  set: string
  target: string
  ok: boolean
  checks: Check[]
  /** The last change and the newest sign of life found, and how old the latter was when the drill began. */
  reached: string | null
  heartbeat: string | null
  lossSeconds: number | null
  seconds: { database: number; whole: number }
  problem: string | null
}

async function run(context: Context, given: Given): Promise<Outcome> {
  const { configuration } = await readConfiguration(context.dir)
  const backupDir = String(configuration['backup.dir'])
  const wanted = text(given, 'time')
  const time = wanted ? parseTime(wanted, context.now()) : undefined
  const sample = text(given, 'sample') ?? '200'
  if (!/^[1-9]\d{0,6}$/.test(sample))
    throw new Stop('usage', '--sample takes a number.', 'See `innosynth drill --help`.')
  const { sets } = await readSets(backupDir)
  const set = chooseSet(sets, { set: text(given, 'set'), time })
  const held = await lock(join(context.dir, 'drill'), 'drill', context.say)
  const drill = await stage(context, `${String(configuration.project)}-drill`)
  try {
    const missing = await missingImages(drill.engine)
    if (missing.length > 0) throw new Stop('images', `These images are not on this host: ${missing.join(', ')}.`)
    const report = await rehearse(drill, backupDir, set, time ?? null, sample)
    const paths = await writeReport(backupDir, report)
    await tellFacts(context, {
      drill: {
        at: report.at,
        ok: report.ok,
        set: report.set,
        seconds: report.seconds.whole,
        problem: problemOf(report),
      },
    })
    return { code: report.ok ? 0 : 1, text: readable(report), data: { report, ...paths } }
  } finally {
    if (given.options['keep'] !== true) await tearDown(drill)
    await held.release()
  }
}

/** A folder like the deployment's with another project name, read-only towards the backup. */
async function stage(context: Context, project: string): Promise<Context> {
  const dir = join(context.dir, 'drill', 'stack')
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true, mode: 0o700 })
  for (const part of ['docker-compose.yml', 'compose', 'secrets'])
    await cp(join(context.dir, part), join(dir, part), { recursive: true, preserveTimestamps: true })
  await giveOwners(context, dir)
  const environment = readEnvironment(await readFile(join(context.dir, '.env'), 'utf8'))
  await writeWhole(
    join(dir, '.env'),
    renderEnvironment({
      ...environment,
      COMPOSE_PROJECT_NAME: project,
      COMPOSE_PROFILES: '',
      INNOSYNTH_ARCHIVE: 'off',
      INNOSYNTH_OFFHOST: '',
    }),
    0o644,
  )
  const drill = { ...context, dir, engine: createEngine(context.run, dir) }
  await clear(drill)
  return drill
}

/** A copy belongs to whoever copies; the containers read only what is theirs. */
async function giveOwners({ run, dir }: Context, to: string): Promise<void> {
  const { code, stderr } = await run('chown', ['-R', '--reference', join(dir, 'secrets'), join(to, 'secrets')])
  if (code !== 0)
    throw new Stop('drill', `The secrets of the drill could not be made readable: ${stderr.trim()}`, 'Run it as root.')
  const { stdout } = await run('find', [join(dir, 'secrets'), '-mindepth', '1', '-printf', '%P\\0'])
  for (const path of stdout.split('\0').filter(Boolean))
    await run('chown', ['--reference', join(dir, 'secrets', path), join(to, 'secrets', path)])
}

const clear = ({ engine }: Context) =>
  engine.compose(['--profile', '*', 'down', '--volumes', '--timeout', '5', '--remove-orphans'])

async function tearDown(drill: Context): Promise<void> {
  await drill.progress('Removing the drill', () => clear(drill))
  await rm(drill.dir, { recursive: true, force: true })
}

async function rehearse(
  drill: Context,
  backupDir: string,
  set: Manifest,
  time: Date | null,
  sample: string,
): Promise<Report> {
  const began = drill.now()
  const since = () => Math.round((drill.now().getTime() - began.getTime()) / 100) / 10
  const report: Report = {
    at: began.toISOString(),
    set: set.name,
    target: time?.toISOString() ?? 'everything that reached the backup',
    ok: false,
    checks: [],
    reached: null,
    heartbeat: null,
    lossSeconds: null,
    seconds: { database: 0, whole: 0 },
    problem: null,
  }
  try {
    const timeline = await readTimeline(backupDir)
    const { reached } = await restoreDatabase(drill, { label: set.postgres.label, time, timeline })
    report.reached = reached
    report.seconds.database = since()
    await drill.engine.mustCompose('Bringing the schema to this version', ['run', '--rm', '--no-deps', '-T', 'migrate'])
    await drill.engine.mustCompose('Starting the object store', [
      'up',
      '--detach',
      '--wait',
      '--no-build',
      '--no-deps',
      'objectstore',
    ])
    const files = await drill.engine.command(['objects-restore', '--sample', sample])
    const restored = lastJson<{ wanted: number; restored: number; missing: string[] }>(files.stdout)
    report.checks.push({
      name: 'objects',
      ok: files.code === 0,
      said: restored
        ? `${restored.restored} of ${restored.wanted} sampled files were stored again, ${restored.missing.length} are missing or damaged.`
        : lastWords(files),
    })
    const result = await drill.progress('Looking at the copy', () =>
      drill.engine.command(['rehearse', '--sample', sample], { timeout: 1_200_000 }),
    )
    const found = lastJson<{ checks: Check[]; heartbeat: string | null }>(result.stdout)
    if (!found) throw new Stop('drill', `The copy could not be looked at: ${lastWords(result)}`)
    report.checks.push(...found.checks)
    report.heartbeat = found.heartbeat
    if (found.heartbeat && !time)
      report.lossSeconds = Math.round((began.getTime() - new Date(found.heartbeat).getTime()) / 100) / 10
    if (report.lossSeconds !== null)
      report.checks.push({
        name: 'loss',
        ok: report.lossSeconds <= mostLossSeconds,
        said: `had the host been lost when the drill began, the last ${report.lossSeconds} s would be gone (promised: ${mostLossSeconds} s).`,
      })
    report.ok = report.checks.every(({ ok }) => ok)
  } catch (error) {
    report.problem = error instanceof Error ? error.message : String(error)
  }
  report.seconds.whole = since()
  return report
}

function lastJson<T>(stdout: string): T | null {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T
  } catch {
    return null
  }
}

const problemOf = ({ ok, problem, checks }: Report) =>
  ok
    ? null
    : (problem ??
      checks
        .filter((one) => !one.ok)
        .map(({ said }) => said)
        .join(' '))

/** The report for people. */
export function readable(report: Report): string {
  const { at, set, target, ok, checks, reached, heartbeat, lossSeconds, seconds, problem } = report
  return [
    `Drill of ${at}: ${ok ? 'the backup can be restored.' : 'THE BACKUP COULD NOT BE PROVEN.'}`,
    `  set                  ${set}`,
    `  restored to          ${target}`,
    `  last change read     ${reached ?? 'none after the set'}`,
    `  newest sign of life  ${heartbeat ?? 'none'}${lossSeconds === null ? '' : ` (${lossSeconds} s before the drill began)`}`,
    `  database back after  ${seconds.database} s; the whole drill took ${seconds.whole} s`,
    ...checks.map(({ name, ok: good, said }) => `  ${good ? 'good' : 'BAD '} ${name.padEnd(15)} ${said}`),
    ...(problem ? [`  BAD  ${problem}`] : []),
  ].join('\n')
}

async function writeReport(backupDir: string, report: Report): Promise<{ json: string; text: string }> {
  const stem = join(backupDir, 'drills', report.at.slice(0, 19).replaceAll(':', '-'))
  await writeWhole(`${stem}.json`, `${JSON.stringify(report, null, 2)}\n`, 0o644)
  await writeWhole(`${stem}.txt`, `${readable(report)}\n`, 0o644)
  await stat(`${stem}.json`)
  return { json: `${stem}.json`, text: `${stem}.txt` }
}
