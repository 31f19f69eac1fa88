/** innosynth install: plan, show, apply. A second run changes nothing; a run cut off anywhere is taken up by the next. */
import { existsSync } from 'node:fs'
import { chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gatherAnswers } from './answers.ts'
import { removeSchedule, type Scheduled, setSchedule } from './backup-schedule.ts'
import { type Configuration, writeConfiguration } from './config.ts'
import {
  configurationFile,
  fileChanges,
  hashOf,
  saveConfiguration,
  sourceVersion,
  wantedFiles,
  writeFiles,
} from './deployment.ts'
import { greeting } from './greeting.ts'
import { buildImages, missingImages, wantedImages } from './images.ts'
import { describePlan, describeResult, round } from './install-words.ts'
import { type Phase, runPhases } from './phases.ts'
import { judge } from './preflight.ts'
import { broughtFiles, writeBrought } from './proxy-files.ts'
import { ensureRecoveryKey, privateKeyFile, publicKeyFile } from './recovery-key.ts'
import { ensureSecrets, filesOf, makeValues, readValues, secretsFolder, users } from './secrets.ts'
import { startStack } from './start.ts'
import { lock, readState, writeState } from './state.ts'
import { type Context, flag, type Given, list, type Outcome, Stop, text, type Verb } from './verb.ts'

/** Host folders that containers write to or read, with the user they belong to. */
export const foldersOf = (configuration: Configuration) => [
  { path: String(configuration['backup.dir']), owner: 0, mode: 0o755 },
  { path: join(String(configuration['backup.dir']), 'postgres'), owner: users.postgres, mode: 0o750 },
  { path: join(String(configuration['backup.dir']), 'objects'), owner: users.server, mode: 0o750 },
  { path: String(configuration['models.dir']), owner: 0, mode: 0o755 },
]

export const verb: Verb = {
  name: 'install',
  summary: 'install the appliance, or bring an installation to what its files say',
  details:
    'Asks at a terminal; elsewhere an answers file (--config) or --set gives what has no default.\nPhases, for --fault: check, folders, files, secrets, images, start, schedule, record; each as NAME:begin or NAME:end.',
  options: {
    config: { type: 'string', value: 'FILE', summary: 'answers file (innosynth.yaml)' },
    set: { type: 'string', value: 'KEY=VALUE', multiple: true, summary: 'one setting; may be repeated' },
    build: { type: 'boolean', summary: 'build missing images from this checkout' },
    'dry-run': { type: 'boolean', summary: 'show what would be done and stop' },
    yes: { type: 'boolean', summary: 'ask nothing' },
    overwrite: { type: 'boolean', summary: 'replace files that were changed by hand' },
    ignore: {
      type: 'string',
      value: 'CODE',
      multiple: true,
      summary: 'go on in spite of this finding of preflight; recorded',
    },
  },
  run: install,
}

async function install(context: Context, given: Given): Promise<Outcome> {
  const started = performance.now()
  const { dir } = context
  const version = await sourceVersion(context.source)
  const answers = await gatherAnswers(dir, text(given, 'config'), list(given, 'set'), context.ask)
  const { configuration } = answers
  const state = await readState(dir)
  if (state.version && state.version !== version)
    throw new Stop('version', `${dir} runs version ${state.version}; this is ${version}.`, 'Use `innosynth upgrade`.')
  const plan = await planOf(context, answers, version, flag(given, 'overwrite'))
  if (flag(given, 'dry-run')) return { code: 0, text: describePlan(plan, dir, version), data: { version, plan } }
  context.say(describePlan(plan, dir, version))
  if (context.ask && plan.length > 0 && !/^(y|yes|)$/i.test(await context.ask('Go on? yes or no', 'yes')))
    return { code: 2, text: 'Nothing was changed.', data: { version, plan, changes: [] } }
  const held = await lock(dir, 'install', context.say)
  try {
    const scheduled: { now: Scheduled | null } = { now: null }
    const changes = await runPhases(context, 'install', phasesOf(context, given, answers, version, scheduled))
    const shown = await greeting(context, configuration)
    // Said by the run that ends the first install, which need not be the one that made it.
    const keyFile = join(dir, privateKeyFile)
    const recoveryKey = !state.version && existsSync(keyFile) ? keyFile : null
    return {
      code: 0,
      text: describeResult(
        changes,
        { ...shown, recoveryKey, schedule: scheduled.now },
        configuration,
        (performance.now() - started) / 1000,
      ),
      data: {
        version,
        changes,
        changed: changes.length,
        seconds: round((performance.now() - started) / 1000),
        ...shown,
        recoveryKey,
        schedule: scheduled.now,
      },
    }
  } finally {
    await held.release()
  }
}

type Answered = Awaited<ReturnType<typeof gatherAnswers>>

/** What would change in the folder, in words. Images and containers are looked at when the files are there. */
async function planOf(
  { dir, source }: Context,
  { configuration, given }: Answered,
  version: string,
  overwrite: boolean,
): Promise<string[]> {
  const state = await readState(dir)
  const plan: string[] = []
  for (const { path } of foldersOf(configuration))
    if (!(await stat(path).catch(() => null))) plan.push(`make the folder ${path}`)
  const changes = await fileChanges(dir, state, await wantedFiles(source, configuration, version), overwrite)
  const written = changes.filter(({ kind }) => kind !== 'kept')
  if (written.length > 0)
    plan.push(
      `write ${written.length} ${written.length === 1 ? 'file' : 'files'}: ${written.map(({ path }) => path).join(', ')}`,
    )
  for (const { path } of changes.filter(({ kind }) => kind === 'kept'))
    plan.push(`keep ${path} as it was changed by hand`)
  if (state.files[configurationFile] !== hashOf(writeConfiguration(given))) plan.push(`write ${configurationFile}`)
  const secrets = await missingSecrets(dir)
  if (secrets > 0) plan.push(`make ${secrets} secrets`)
  if (!existsSync(join(dir, publicKeyFile))) plan.push(`make the recovery key of the backups, ${privateKeyFile}`)
  const files = await broughtFiles(dir, configuration)
  if (files.length > 0) plan.push(`write ${files.map(({ path }) => `secrets/${path}`).join(', ')}`)
  if (!state.version) plan.push('check the images, start the services and wait until they are healthy')
  if (!state.version && configuration['backup.schedule'])
    plan.push('have this host back up and drill by itself, where it has systemd or cron')
  return plan
}

async function missingSecrets(dir: string): Promise<number> {
  const paths = Object.keys(filesOf(makeValues(await readValues(dir))))
  const there = await Promise.all(
    paths.map((path) =>
      stat(join(secretsFolder(dir), path)).then(
        () => 1,
        () => 0,
      ),
    ),
  )
  return paths.length - there.reduce<number>((sum, one) => sum + one, 0)
}

function phasesOf(
  context: Context,
  given: Given,
  { configuration, given: written }: Answered,
  version: string,
  scheduled: { now: Scheduled | null },
): Phase[] {
  const { dir, source, engine } = context
  const project = String(configuration.project)
  return [
    {
      name: 'check',
      title: 'Looking at the host',
      run: async () => {
        const report = await judge(context, configuration, list(given, 'ignore'), { build: flag(given, 'build') })
        if (report.blocks.length > 0)
          throw new Stop(
            'preflight',
            `This host cannot run the appliance:\n${report.blocks.map(({ code, value, remedy }) => `  ${code}: ${value}. ${remedy}`).join('\n')}`,
            'Mend it, or go on in spite of it with --ignore CODE.',
          )
        for (const { code, value } of report.warnings) context.say(`  warning ${code}: ${value}`)
        return []
      },
    },
    {
      name: 'folders',
      title: 'Making folders',
      run: async () => {
        const changes: string[] = []
        for (const { path, owner, mode } of foldersOf(configuration))
          changes.push(...(await ensureFolder(path, owner, mode)))
        return changes
      },
    },
    {
      name: 'files',
      title: 'Writing files',
      run: async () => {
        const state = await readState(dir)
        const wanted = await wantedFiles(source, configuration, version)
        const changes = await fileChanges(dir, state, wanted, flag(given, 'overwrite'))
        await writeFiles(dir, changes)
        const own = writeConfiguration(written)
        const changedConfiguration = state.files[configurationFile] !== hashOf(own)
        if (changedConfiguration) await saveConfiguration(dir, written)
        const kept = new Set(changes.filter(({ kind }) => kind === 'kept').map(({ path }) => path))
        const hashes = wanted.map(({ path, content }) => [path, kept.has(path) ? state.files[path]! : hashOf(content)])
        await writeState(dir, {
          ...(await readState(dir)),
          files: { ...Object.fromEntries(hashes), [configurationFile]: hashOf(own) },
        })
        for (const path of kept)
          context.say(`  ${path} was changed by hand and is kept; \`innosynth config diff\` shows how`)
        return [
          ...changes
            .filter(({ kind }) => kind !== 'kept')
            .map(({ path, kind }) => `${path} ${kind === 'new' ? 'written' : 'renewed'}`),
          ...(changedConfiguration ? [`${configurationFile} written`] : []),
        ]
      },
    },
    {
      name: 'secrets',
      title: 'Making secrets',
      run: async () => {
        const changes = [...(await ensureSecrets(dir)), ...(await writeBrought(dir, configuration))]
        const { made } = await ensureRecoveryKey(dir)
        return made ? [...changes, `recovery key written to ${made}`] : changes
      },
    },
    {
      name: 'images',
      title: 'Looking at images',
      run: async () => {
        const missing = await missingImages(engine)
        if (flag(given, 'build'))
          return (await buildImages(context, await wantedImages(engine), version)).map((name) => `${name} built`)
        if (missing.length > 0)
          throw new Stop(
            'images',
            `These images are not on this host: ${missing.join(', ')}.`,
            'Load them with `innosynth bundle load`, or build them from a checkout with --build.',
          )
        return []
      },
    },
    { name: 'start', title: 'Starting the services', run: () => startStack(context, project) },
    {
      name: 'schedule',
      title: 'Setting the schedule of backups',
      run: async () => {
        if (!configuration['backup.schedule'])
          return (await removeSchedule(context, configuration)).map((path) => `${path} removed`)
        scheduled.now = await setSchedule(context, configuration)
        return scheduled.now.changes
      },
    },
    {
      name: 'record',
      title: 'Recording',
      run: async () => {
        const state = await readState(dir)
        if (state.version === version) return []
        const at = context.now().toISOString()
        await writeState(dir, {
          ...state,
          version,
          installedAt: at,
          history: [{ operation: 'install', at, outcome: version }, ...state.history].slice(0, 50),
        })
        return [`version ${version} recorded`]
      },
    },
  ]
}

async function ensureFolder(path: string, owner: number, mode: number): Promise<string[]> {
  const found = await stat(path).catch(() => null)
  if (!found) await mkdir(path, { recursive: true, mode })
  const now = found ?? (await stat(path))
  if (!now.isDirectory()) throw new Stop('folder', `${path} is not a folder.`)
  // Folders that were there before and belong to root's own tree are left as they are.
  const give = process.getuid?.() === 0 && owner !== 0 && now.uid !== owner
  if (give) await chown(path, owner, owner)
  return found ? (give ? [`${path} given to user ${owner}`] : []) : [`${path} made`]
}
