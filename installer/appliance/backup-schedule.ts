/** Has this host back up and drill by itself: systemd timers where systemd runs, else a file in /etc/cron.d. */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration } from './config.ts'
import { writeWhole } from './state.ts'
import { type Context, type Outcome, Stop } from './verb.ts'

const places = { systemd: '/etc/systemd/system', cron: '/etc/cron.d', running: '/run/systemd/system' }
/** A folder cron.d alone says nothing: images of operating systems have it without a cron that reads it. */
const cronPrograms = ['/usr/sbin/cron', '/usr/sbin/crond']
const purposes = {
  // Between two sets the database's changes leave by themselves; new files leave with this.
  files: { args: ['backup', 'files', '--json'], calendar: '*-*-* *:02/5:00', cron: '2-59/5 * * * *' },
  backup: { args: ['backup', '--type', 'auto', '--json'], calendar: '*-*-* 00/6:17:00', cron: '17 */6 * * *' },
  drill: { args: ['drill', '--json'], calendar: 'Sun *-*-* 03:41:00', cron: '41 3 * * 0' },
} as const

export type Kind = 'systemd' | 'cron'
/** What changed, in words; `missing` says what to do by hand where this host has no scheduler. */
export type Scheduled = { kind: Kind | null; files: string[]; changes: string[]; missing: string | null }

/** Files of the schedule by path. `command`: absolute path of the innosynth entry. */
export function scheduleFiles(kind: Kind, project: string, command: string, dir: string): Record<string, string> {
  const note = '# Written by innosynth backup schedule.'
  const line = (args: readonly string[]) => [command, ...args, '--dir', dir].join(' ')
  if (kind === 'cron')
    return {
      [join(places.cron, project)]: [
        note,
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ...Object.values(purposes).map(({ cron, args }) => `${cron} root ${line(args)} >/dev/null`),
        '',
      ].join('\n'),
    }
  return Object.fromEntries(
    Object.entries(purposes).flatMap(([name, { args, calendar }]) => [
      [
        join(places.systemd, `${project}-${name}.service`),
        `${note}\n[Unit]\nDescription=InnoSynth ${name} (${project})\nAfter=docker.service\n\n[Service]\nType=oneshot\nExecStart=${line(args)}\n# A warning is for the status page; only a failure is one of the unit.\nSuccessExitStatus=1\n`,
      ],
      [
        join(places.systemd, `${project}-${name}.timer`),
        `${note}\n[Unit]\nDescription=InnoSynth ${name} (${project})\n\n[Timer]\nOnCalendar=${calendar}\nPersistent=true\nRandomizedDelaySec=60\n\n[Install]\nWantedBy=timers.target\n`,
      ],
    ]),
  )
}

const timersOf = (project: string) => Object.keys(purposes).map((name) => `${project}-${name}.timer`)

function kindOf(root: string): Kind | null {
  if (existsSync(join(root, places.running))) return 'systemd'
  const cron = existsSync(join(root, places.cron)) && cronPrograms.some((path) => existsSync(join(root, path)))
  return cron ? 'cron' : null
}

/**
 * Sets the schedule; one that is set already is left alone. Throws Stop 'schedule' where systemd refuses.
 * @param root where the host's files are; another than '/' in tests
 */
export async function setSchedule(
  { dir, source, run }: Context,
  configuration: Configuration,
  root = '/',
): Promise<Scheduled> {
  const project = String(configuration.project)
  const kind = kindOf(root)
  const entry = [join(source, 'innosynth'), join(source, 'installer', 'innosynth')].find((path) => existsSync(path))
  if (!kind || !entry)
    return {
      kind: null,
      files: [],
      changes: [],
      missing: [
        `${kind ? `No command line lies in ${source}` : 'This host has neither systemd nor cron'}, so nothing is backed up by itself.`,
        `Have your own scheduler run, as root: every five minutes "${entry ?? 'innosynth'} backup files --dir ${dir}",`,
        `every six hours "… backup --type auto --dir ${dir}", every week "… drill --dir ${dir}".`,
      ].join(' '),
    }
  const files = scheduleFiles(kind, project, entry, dir)
  const changes: string[] = []
  for (const [path, content] of Object.entries(files)) {
    const place = join(root, path)
    if ((await readFile(place, 'utf8').catch(() => null)) === content) continue
    await writeWhole(place, content, 0o644)
    changes.push(`${path} written`)
  }
  if (kind === 'systemd') {
    const timers = timersOf(project)
    const waits = async () => (await run('systemctl', ['is-active', '--quiet', ...timers])).code === 0
    if (changes.length > 0 || !(await waits())) {
      await run('systemctl', ['daemon-reload'])
      const { code, stderr } = await run('systemctl', ['enable', '--now', ...timers])
      if (code !== 0)
        throw new Stop('schedule', `systemd refused the timers: ${stderr.trim()}`, 'Look at `systemctl status`.', 4)
      changes.push(`${timers.join(', ')} started`)
    }
  }
  return { kind, files: Object.keys(files), changes, missing: null }
}

/** Takes away what any scheduler of this host was given. Gives the paths removed. */
export async function removeSchedule({ run }: Context, configuration: Configuration, root = '/'): Promise<string[]> {
  const project = String(configuration.project)
  const paths = (['systemd', 'cron'] as const)
    .flatMap((kind) => Object.keys(scheduleFiles(kind, project, '', '')))
    .filter((path) => existsSync(join(root, path)))
  const timers = timersOf(project).filter((timer) => paths.some((path) => path.endsWith(`/${timer}`)))
  if (timers.length > 0) await run('systemctl', ['disable', '--now', ...timers])
  for (const path of paths) await rm(join(root, path), { force: true })
  if (timers.length > 0) await run('systemctl', ['daemon-reload'])
  return paths
}

/** The command `backup schedule [--off]`. */
export async function schedule(context: Context, configuration: Configuration, off: boolean): Promise<Outcome> {
  if (off) {
    const files = await removeSchedule(context, configuration)
    const text = files.length > 0 ? `Removed: ${files.join(', ')}` : 'There was no schedule.'
    return { code: 0, text, data: { off, files } }
  }
  const { kind, files, changes, missing } = await setSchedule(context, configuration)
  if (missing) throw new Stop('schedule', missing)
  return {
    code: 0,
    text: `New files every five minutes, a set every six hours, a drill every Sunday: ${files.join(', ')}${changes.length === 0 ? ' (it was so already)' : ''}`,
    data: { kind, off, files, changes },
  }
}
