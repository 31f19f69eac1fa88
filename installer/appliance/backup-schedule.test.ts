import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeSchedule, setSchedule } from './backup-schedule.ts'
import type { Configuration } from './config.ts'
import type { Run } from './engine.ts'
import type { Context } from './verb.ts'

const configuration = { project: 'site' } as Configuration

describe('the schedule of backups', () => {
  let root: string
  let calls: string[]
  let active: boolean
  let refuses: boolean
  const run: Run = async (command, args) => {
    calls.push([command, ...args].join(' '))
    if (args[0] === 'is-active') return { code: active ? 0 : 3, stdout: '', stderr: '' }
    if (args[0] === 'enable') active = !refuses
    return { code: refuses ? 1 : 0, stdout: '', stderr: refuses ? 'Unit is masked.' : '' }
  }
  const context = () => ({ dir: '/opt/site', source: join(root, 'bundle'), run }) as unknown as Context
  const set = () => setSchedule(context(), configuration, root)
  const host = async (...files: string[]) => {
    for (const file of files) {
      await mkdir(join(root, file, '..'), { recursive: true })
      await writeFile(join(root, file), '')
    }
  }
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'innosynth-schedule-'))
    calls = []
    active = refuses = false
    await host('bundle/installer/innosynth')
    await mkdir(join(root, 'etc/cron.d'), { recursive: true })
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  it('is three timers where systemd runs: files, sets, and a drill every Sunday', async () => {
    await host('run/systemd/system/x')
    const { kind, changes } = await set()
    expect(kind).toBe('systemd')
    expect(changes).toHaveLength(7)
    expect(calls.at(-1)).toBe('systemctl enable --now site-files.timer site-backup.timer site-drill.timer')
    expect(await readFile(join(root, 'etc/systemd/system/site-drill.timer'), 'utf8')).toContain('OnCalendar=Sun ')
    expect(await readFile(join(root, 'etc/systemd/system/site-drill.service'), 'utf8')).toContain(
      `ExecStart=${root}/bundle/installer/innosynth drill --json --dir /opt/site`,
    )
  })

  it('is left alone when it is set, and started again when somebody stopped a timer', async () => {
    await host('run/systemd/system/x')
    await set()
    expect((await set()).changes).toEqual([])
    active = false
    expect((await set()).changes).toEqual(['site-files.timer, site-backup.timer, site-drill.timer started'])
  })

  it('follows the command line to its new place', async () => {
    await host('run/systemd/system/x')
    await set()
    await mkdir(join(root, 'newer'))
    await writeFile(join(root, 'newer/innosynth'), '')
    await setSchedule({ ...context(), source: join(root, 'newer') }, configuration, root)
    expect(await readFile(join(root, 'etc/systemd/system/site-drill.service'), 'utf8')).toContain(
      `ExecStart=${root}/newer/innosynth drill`,
    )
  })

  it('is a file for cron where cron is installed, with the weekly drill in it', async () => {
    await host('usr/sbin/cron')
    expect(await set()).toMatchObject({ kind: 'cron', changes: ['/etc/cron.d/site written'], missing: null })
    expect(await readFile(join(root, 'etc/cron.d/site'), 'utf8')).toMatch(/^41 3 \* \* 0 root .* drill --json/m)
    expect((await set()).changes).toEqual([])
    expect(calls).toEqual([])
  })

  it('is said to be missing where a folder cron.d lies about without a cron', async () => {
    const { kind, changes, missing } = await set()
    expect({ kind, changes }).toEqual({ kind: null, changes: [] })
    expect(missing).toMatch(/^This host has neither systemd nor cron, so nothing is backed up by itself/)
    expect(missing).toContain('drill --dir /opt/site')
    expect(await readdir(join(root, 'etc/cron.d'))).toEqual([])
  })

  it('that systemd refuses stops the command with the words of systemd', async () => {
    await host('run/systemd/system/x')
    refuses = true
    await expect(set()).rejects.toThrow('Unit is masked.')
  })

  it('leaves no file when it is taken away, nor the timers of another installation', async () => {
    await host('run/systemd/system/x', 'etc/systemd/system/other-drill.timer')
    await set()
    expect(await removeSchedule(context(), configuration, root)).toHaveLength(6)
    expect(await readdir(join(root, 'etc/systemd/system'))).toEqual(['other-drill.timer'])
    expect(calls).toContain('systemctl disable --now site-files.timer site-backup.timer site-drill.timer')
    expect(await removeSchedule(context(), configuration, root)).toEqual([])
  })
})
