/** Has this host back up and drill by itself: systemd timers where systemd runs, else a file in /etc/cron.d. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration } from './config.ts'
import { writeWhole } from './state.ts'
import { type Context, type Outcome, Stop } from './verb.ts'

const places = { systemd: '/etc/systemd/system', cron: '/etc/cron.d', running: '/run/systemd/system' }
const purposes = {
  // Between two sets the database's changes leave by themselves; new files leave with this.
  files: { args: ['backup', 'files', '--json'], calendar: '*-*-* *:02/5:00', cron: '2-59/5 * * * *' },
  backup: { args: ['backup', '--type', 'auto', '--json'], calendar: '*-*-* 00/6:17:00', cron: '17 */6 * * *' },
  drill: { args: ['drill', '--json'], calendar: 'Sun *-*-* 03:41:00', cron: '41 3 * * 0' },
} as const

/** Files of the schedule by path. `command`: absolute path of the innosynth entry. */
export function scheduleFiles(
  kind: 'systemd' | 'cron',
  project: string,
  command: string,
  dir: string,
): Record<string, string> {
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

export async function schedule(context: Context, configuration: Configuration, off: boolean): Promise<Outcome> {
  const { dir, source, run } = context
  const project = String(configuration.project)
  const kind = existsSync(places.running) ? 'systemd' : existsSync(places.cron) ? 'cron' : null
  const entry = [join(source, 'innosynth'), join(source, 'installer', 'innosynth')].find((path) => existsSync(path))
  if (!kind || !entry)
    throw new Stop(
      'schedule',
      'This host has neither systemd nor /etc/cron.d.',
      `Have your scheduler run every six hours: ${entry ?? 'innosynth'} backup --type auto --dir ${dir}; and weekly: drill.`,
    )
  const files = scheduleFiles(kind, project, entry, dir)
  for (const [path, content] of Object.entries(files))
    await (off ? rm(path, { force: true }) : writeWhole(path, content, 0o644))
  if (kind === 'systemd') {
    const timers = Object.keys(purposes).map((name) => `${project}-${name}.timer`)
    if (off) await run('systemctl', ['stop', ...timers])
    await run('systemctl', ['daemon-reload'])
    if (!off) {
      const { code, stderr } = await run('systemctl', ['enable', '--now', ...timers])
      if (code !== 0)
        throw new Stop('schedule', `systemd refused the timers: ${stderr.trim()}`, 'Look at `systemctl status`.', 4)
    }
  }
  const paths = Object.keys(files)
  return {
    code: 0,
    text: off
      ? `Removed: ${paths.join(', ')}`
      : `New files every five minutes, a set every six hours, a drill every Sunday: ${paths.join(', ')}`,
    data: { kind, off, files: paths },
  }
}
