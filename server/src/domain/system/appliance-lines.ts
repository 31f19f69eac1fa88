/** What an administrator must know beside the parts that answer now: backup, archive, drill, services, certificate, disks. */
import type { StatusLine } from './contract.ts'
import type { Facts } from './facts.ts'

export type Archive = { lastAt: Date | null; lastFailedAt: Date | null; failed: number }
type Line = StatusLine

const hour = 3_600_000
const guide = { backup: 'docs/admin/backup.md', tls: 'docs/admin/tls.md', trouble: 'docs/admin/troubleshooting.md' }

/** Pure: the same facts at the same time give the same sentences. */
export function applianceLines(facts: Facts, archive: Archive, now: Date): Line[] {
  return [
    backup(facts, now),
    archiving(archive, now),
    drill(facts, now),
    ...services(facts, now),
    ...certificate(facts, now),
    ...backupDisk(facts),
  ]
}

const since = (at: string | Date, now: Date) => now.getTime() - new Date(at).getTime()

function ago(ms: number): string {
  const [count, unit] =
    ms < hour ? [ms / 60_000, 'minute'] : ms < 48 * hour ? [ms / hour, 'hour'] : [ms / (24 * hour), 'day']
  const whole = Math.max(0, Math.round(count))
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`
}

function backup({ backup: last }: Facts, now: Date): Line {
  const line = { id: 'backup' as const, guide: guide.backup }
  if (!last)
    return {
      ...line,
      state: 'bad',
      sentence: 'No backup has been made yet.',
      remedy: 'Run innosynth backup on the host, then innosynth backup schedule.',
    }
  const age = since(last.at, now)
  if (!last.ok)
    return {
      ...line,
      state: 'bad',
      sentence: `The last backup, ${ago(age)} ago, failed: ${last.problem ?? 'see the host'}`,
      remedy: 'Mend the cause and run innosynth backup on the host.',
    }
  const sentence = `The last backup was made ${ago(age)} ago${last.offHost ? ', also off this host' : ', on this host alone'}.`
  if (age > 48 * hour)
    return {
      ...line,
      state: 'bad',
      sentence,
      remedy: 'Backups should be made every six hours: innosynth backup schedule.',
    }
  if (age > 13 * hour)
    return {
      ...line,
      state: 'attention',
      sentence,
      remedy: 'A backup is late. Look at the timer on the host: innosynth backup schedule.',
    }
  return last.keyOnHost
    ? {
        ...line,
        state: 'attention',
        sentence,
        remedy: 'The recovery key still lies on the host. Keep it elsewhere and remove recovery-key.txt.',
      }
    : { ...line, state: 'good', sentence, remedy: null }
}

function archiving({ lastAt, lastFailedAt, failed }: Archive, now: Date): Line {
  const line = { id: 'archive' as const, guide: guide.backup }
  const remedy = 'Look at space and owner of the backup folder on the host, then run innosynth doctor.'
  if (lastFailedAt && (!lastAt || lastFailedAt > lastAt))
    return {
      ...line,
      state: 'bad',
      sentence: `Changes do not reach the backup: ${failed} attempts failed, the last ${ago(since(lastFailedAt, now))} ago.`,
      remedy,
    }
  if (!lastAt) return { ...line, state: 'attention', sentence: 'No change has reached the backup yet.', remedy }
  const age = since(lastAt, now)
  const sentence = `Changes last reached the backup ${age < 120_000 ? `${Math.round(age / 1000)} seconds` : ago(age)} ago.`
  return age > 180_000
    ? { ...line, state: age > hour ? 'bad' : 'attention', sentence, remedy }
    : { ...line, state: 'good', sentence, remedy: null }
}

function drill({ drill: last }: Facts, now: Date): Line {
  const line = { id: 'drill' as const, guide: guide.backup }
  const remedy = 'Run innosynth drill on the host; innosynth backup schedule has it run every Sunday.'
  if (!last)
    return {
      ...line,
      state: 'attention',
      sentence: 'It has not been proven yet that a backup can be restored.',
      remedy,
    }
  const age = since(last.at, now)
  if (!last.ok)
    return {
      ...line,
      state: 'bad',
      sentence: `The last restore drill, ${ago(age)} ago, failed: ${last.problem ?? 'see its report'}`,
      remedy: 'Read the report in the folder drills of the backup folder.',
    }
  const sentence = `A restore was last proven ${ago(age)} ago and took ${Math.round(last.seconds)} seconds.`
  return age > 8 * 24 * hour
    ? { ...line, state: age > 31 * 24 * hour ? 'bad' : 'attention', sentence, remedy }
    : { ...line, state: 'good', sentence, remedy: null }
}

function services({ host }: Facts, now: Date): Line[] {
  if (!host) return []
  const line = { id: 'services' as const, guide: guide.trouble }
  const ill = [...new Set(host.services.filter(({ healthy }) => !healthy).map(({ name }) => name))]
  const when = `${ago(since(host.at, now))} ago`
  return [
    ill.length === 0
      ? {
          ...line,
          state: 'good',
          sentence: `All ${host.services.length} services of version ${host.version} were healthy ${when}.`,
          remedy: null,
        }
      : {
          ...line,
          state: 'bad',
          sentence: `Not healthy ${when}: ${ill.join(', ')}.`,
          remedy: 'Run innosynth doctor on the host.',
        },
  ]
}

function certificate({ certificate: known }: Facts, now: Date): Line[] {
  if (!known?.expires) return []
  const line = { id: 'certificate' as const, guide: guide.tls }
  const left = new Date(known.expires).getTime() - now.getTime()
  // Internal and ACME certificates live for hours or weeks and renew themselves; one's own does not.
  const own = known.mode === 'byo'
  if (left <= 0 && (own || since(known.at, now) < hour))
    return [
      {
        ...line,
        state: 'bad',
        sentence: `The certificate ended ${ago(-left)} ago.`,
        remedy: own
          ? 'Put a new certificate in place and run innosynth install.'
          : 'It should have been renewed. Look at innosynth logs proxy.',
      },
    ]
  if (!own) return [{ ...line, state: 'good', sentence: 'The certificate renews itself.', remedy: null }]
  const sentence = `The certificate is good for ${ago(left)} more.`
  return [
    left < 21 * 24 * hour
      ? {
          ...line,
          state: left < 3 * 24 * hour ? 'bad' : 'attention',
          sentence,
          remedy: 'Have a new certificate made and put in place.',
        }
      : { ...line, state: 'good', sentence, remedy: null },
  ]
}

function backupDisk({ host }: Facts): Line[] {
  const disk = host?.disks.find(({ use }) => use === 'backup')
  if (!disk || disk.total === 0) return []
  const share = disk.free / disk.total
  const sentence = `${Math.round(disk.free / 1024 ** 3)} GB are free for backups (${Math.round(share * 100)} %).`
  const line = { id: 'backup-disk' as const, sentence, guide: guide.backup }
  return [
    share < 0.2
      ? { ...line, state: share < 0.05 ? 'bad' : 'attention', remedy: 'Enlarge the disk of the backup folder.' }
      : { ...line, state: 'good', remedy: null },
  ]
}
