import { describe, expect, it } from 'vitest'
import { applianceLines } from './appliance-lines.ts'
import { readGuide } from './guides.ts'

const now = new Date('2026-11-24T12:00:00Z')

describe('an administrator who follows a remedy', () => {
  it('finds every guide that a line of the status page names', async () => {
    const at = now.toISOString()
    const lines = applianceLines(
      {
        host: { at, version: '1', disks: [{ use: 'backup', free: 1, total: 100 }], services: [] },
        certificate: { at, mode: 'byo', expires: '2026-11-25T12:00:00.000Z' },
      },
      { lastAt: null, lastFailedAt: null, failed: 0 },
      now,
    )
    const names = lines.map(({ guide }) => /^docs\/admin\/(.+)\.md$/.exec(guide ?? '')?.[1] ?? 'none')
    expect([...new Set(names)].sort()).toEqual(['backup', 'tls', 'troubleshooting'])
    for (const name of names) expect(await readGuide(name)).toMatch(/^# /)
  })

  it.each(['../backup', 'backup.md', '..%2f..%2fpackage', 'nothing', ''])(
    'gets no other file by "%s"',
    async (name) => {
      await expect(readGuide(name)).rejects.toMatchObject({ code: 'not_found' })
    },
  )
})
