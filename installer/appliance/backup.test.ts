import { describe, expect, it } from 'vitest'
import { isWithin } from './backup-make.ts'
import { scheduleFiles } from './backup-schedule.ts'
import { chooseSet, type Manifest, parseTime, typeFor } from './backup-set.ts'
import { createEngine, type Run } from './engine.ts'
import { makeRecoveryKey, seal, unseal } from './recovery-key.ts'
import { restoreArguments, restoreDatabase } from './restore-database.ts'
import type { Context } from './verb.ts'

const now = new Date('2026-11-24T12:00:00Z')
const set = (name: string, type: Manifest['type'], stopped: string): Manifest =>
  ({ name, type, at: stopped, postgres: { label: name, stopped } }) as Manifest
const sets = [
  set('c', 'incr', '2026-11-24T10:00:00Z'),
  set('b', 'diff', '2026-11-23T10:00:00Z'),
  set('a', 'full', '2026-11-20T10:00:00Z'),
]

describe('an administrator who restores', () => {
  it('to a second gets the newest set that ended before it', () => {
    expect(chooseSet(sets, { time: new Date('2026-11-24T09:59:59Z') }).name).toBe('b')
    expect(chooseSet(sets, {}).name).toBe('c')
  })

  it('to a time before all sets, or with a set that ends after the time, is told so', () => {
    expect(() => chooseSet(sets, { time: new Date('2026-11-01T00:00:00Z') })).toThrow(/No set is as old/)
    expect(() => chooseSet(sets, { set: 'c', time: new Date('2026-11-24T09:00:00Z') })).toThrow(/after that time/)
  })

  it.each([
    '2026-11-24 10:00:00',
    '2026-11-24T10:00:00',
    '2026-11-24T10:00:00+01:00',
    '2026-02-30T10:00:00Z',
    'yesterday',
  ])('with "%s" is asked for a time in UTC and nothing is guessed', (given) =>
    expect(() => parseTime(given, now)).toThrow(/not a time/),
  )

  it('to a time that has not come is refused', () => {
    expect(() => parseTime('2026-11-24T12:00:01Z', now)).toThrow(/not come yet/)
  })

  it('states the offset, since pgBackRest would take the local time', () => {
    expect(restoreArguments({ label: 'L', time: new Date('2026-11-24T09:00:00Z'), timeline: 3 })).toEqual([
      'restore',
      '--set=L',
      '--type=time',
      '--target=2026-11-24 09:00:00+00',
      '--target-action=promote',
      '--target-timeline=3',
    ])
  })

  it('to a time after the end of the archive gets everything in the archive', async () => {
    const said: string[] = []
    let restores = 0
    const run: Run = async (_command, args) => {
      const line = args.join(' ')
      if (line.includes('innosynth-pgbackrest')) {
        restores += 1
        said.push(line)
      }
      if (line.includes('pg_is_in_recovery')) return { code: restores > 1 ? 0 : 2, stdout: 'f\n', stderr: '' }
      if (line.includes(' logs '))
        return {
          code: 0,
          stdout:
            'FATAL:  recovery ended before configured recovery target was reached\nlast completed transaction was at log time 2026-11-24 09:58:00.5+00\n',
          stderr: '',
        }
      return { code: 0, stdout: '', stderr: '' }
    }
    const context = {
      engine: createEngine(run, '/x'),
      say: () => {},
      progress: (_: string, work: () => unknown) => work(),
    } as unknown as Context
    const { reached } = await restoreDatabase(context, {
      label: 'L',
      time: new Date('2026-11-24T09:59:00Z'),
      timeline: 1,
    })
    expect(reached).toBe('2026-11-24T09:58:00.500Z')
    expect(said.map((line) => line.includes('--type=time'))).toEqual([true, false])
  })
})

describe('a host that backs up by itself', () => {
  it('makes a full set a week, a diff a day, else an incr', () => {
    expect(typeFor(sets, now)).toBe('diff')
    expect(typeFor(sets.slice(1), new Date('2026-11-23T16:00:00Z'))).toBe('incr')
    expect(typeFor(sets, new Date('2026-11-28T00:00:00Z'))).toBe('full')
    expect(typeFor([], now)).toBe('full')
  })

  it('has the same lines under cron as under systemd', () => {
    const cron = Object.values(scheduleFiles('cron', 'p', '/b/innosynth', '/opt/p')).join('\n')
    expect(cron).toContain('root /b/innosynth backup --type auto --json --dir /opt/p')
    expect(cron).toContain('root /b/innosynth drill --json --dir /opt/p')
    const units = scheduleFiles('systemd', 'p', '/b/innosynth', '/opt/p')
    expect(Object.keys(units)).toHaveLength(6)
    expect(units['/etc/systemd/system/p-backup.service']).toContain(
      'ExecStart=/b/innosynth backup --type auto --json --dir /opt/p',
    )
  })

  it('does not take a folder beside the data for one inside it', () => {
    expect(isWithin('/data/backup', '/data')).toBe(true)
    expect(isWithin('/database', '/data')).toBe(false)
  })
})

describe('the recovery key', () => {
  const { privateText, publicText } = makeRecoveryKey()
  const content = Buffer.from('secrets of the house')

  it('opens what its public half sealed', () => {
    expect(unseal(privateText, seal(publicText, content))).toEqual(content)
  })

  it('opens nothing that was changed in any byte, and nothing sealed for another', () => {
    const sealed = seal(publicText, content)
    for (let i = 0; i < sealed.length; i += 7) {
      const changed = Buffer.from(sealed)
      changed[i]! ^= 1
      expect(() => unseal(privateText, changed)).toThrow(/does not open/)
    }
    expect(() => unseal(makeRecoveryKey().privateText, sealed)).toThrow(/does not open/)
  })

  it('does not show the content in the sealed bytes', () => {
    expect(seal(publicText, content).includes(content)).toBe(false)
  })
})
