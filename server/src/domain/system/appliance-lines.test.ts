import { describe, expect, it } from 'vitest'
import { applianceLines, type Archive } from './appliance-lines.ts'
import type { Facts } from './facts.ts'

const now = new Date('2026-11-24T12:00:00Z')
const fresh: Archive = { lastAt: new Date('2026-11-24T11:59:30Z'), lastFailedAt: null, failed: 0 }
const backup = (at: string, more: object = {}): Facts => ({
  backup: { at, set: 's', type: 'incr', ok: true, problem: null, offHost: true, keyOnHost: false, ...more },
})
const line = (facts: Facts, id: string, archive = fresh) =>
  applianceLines(facts, archive, now).find((one) => one.id === id)

describe('an administrator reading the status page', () => {
  it('of a host that was never backed up sees red, and what to run', () => {
    expect(line({}, 'backup')).toMatchObject({ state: 'bad', remedy: expect.stringContaining('innosynth backup') })
  })

  it.each([
    ['2026-11-24T08:00:00Z', 'good'],
    ['2026-11-23T22:00:00Z', 'attention'],
    ['2026-11-21T12:00:00Z', 'bad'],
  ])('sees a backup of %s as %s', (at, state) => {
    expect(line(backup(at), 'backup')?.state).toBe(state)
  })

  it('is told why the last backup failed, however fresh it is', () => {
    const facts = backup('2026-11-24T11:59:00Z', { ok: false, problem: 'The disk is full.' })
    expect(line(facts, 'backup')).toMatchObject({
      state: 'bad',
      sentence: expect.stringContaining('The disk is full.'),
    })
  })

  it('is reminded of the recovery key that still lies on the host', () => {
    expect(line(backup('2026-11-24T11:00:00Z', { keyOnHost: true }), 'backup')?.state).toBe('attention')
  })

  it('sees red as soon as an attempt to archive failed after the last that worked', () => {
    const failing = { ...fresh, lastFailedAt: new Date('2026-11-24T11:59:50Z'), failed: 3 }
    expect(line({}, 'archive', failing)?.state).toBe('bad')
    expect(line({}, 'archive', { ...failing, lastFailedAt: new Date('2026-11-24T11:00:00Z') })?.state).toBe('good')
  })

  it('sees a drill older than eight days as late', () => {
    const drill = (at: string): Facts => ({ drill: { at, ok: true, set: 's', seconds: 40, problem: null } })
    expect(line(drill('2026-11-17T12:00:00Z'), 'drill')?.state).toBe('good')
    expect(line(drill('2026-11-15T12:00:00Z'), 'drill')?.state).toBe('attention')
  })

  it('has a way to mend whatever is not good, and the page that says more', () => {
    for (const one of applianceLines({}, { lastAt: null, lastFailedAt: null, failed: 0 }, now)) {
      expect(one.sentence).toMatch(/^[A-Z0-9].*\.$/)
      if (one.state !== 'good')
        expect([one.remedy, one.guide]).toEqual([expect.any(String), expect.stringMatching(/^docs\/admin\//)])
    }
  })
})
