/** What doctor asks of models, certificates and backups. */
import { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Check, type Found, found, ok } from './check.ts'
import { sql } from './checks-database.ts'
import { shownCertificate } from './endpoint.ts'
import { ollamaService } from './models-ollama.ts'

const hours = (since: Date, now: Date) => (now.getTime() - since.getTime()) / 3_600_000

export const keptChecks: Check[] = [
  {
    code: 'models.place',
    title: 'Where the language model runs',
    measure: async ({ host, configuration }) => {
      const service = ollamaService(configuration)
      if (!service) return ok('none is configured')
      const [have, runs] = await Promise.all([
        host.engine.compose(['exec', '-T', service, 'ollama', 'list'], { timeout: 7000 }),
        host.engine.compose(['exec', '-T', service, 'ollama', 'ps'], { timeout: 7000 }),
      ])
      return judgePlace(
        have.stdout,
        runs.stdout,
        String(configuration['models.language']),
        String(configuration['models.accelerator']),
      )
    },
  },
  {
    code: 'tls.certificate',
    title: 'Certificate that browsers see',
    measure: async ({ host, configuration }) =>
      judgeCertificate(
        await shownCertificate(configuration),
        String(configuration.hostname),
        String(configuration['tls.mode']),
        host.now(),
      ),
  },
  {
    code: 'tls.authority',
    title: 'Own authority',
    measure: async ({ host, dir, configuration }) => {
      if (configuration['tls.mode'] !== 'internal') return ok('not used')
      const text = await host.read(join(dir, 'ca.crt'))
      if (!text) return found('warn', 'ca.crt is missing', 'Run innosynth install: it writes the certificate anew.')
      const days = Math.floor((Date.parse(new X509Certificate(text).validTo) - host.now().getTime()) / 86_400_000)
      return days < 60
        ? found('warn', `${days} days left`, 'Run innosynth rotate tls and give the new certificate to the browsers.')
        : ok(`${days} days left`)
    },
  },
  {
    code: 'backup.archive',
    title: 'Changes are archived',
    measure: async (subject) => {
      const [last = '', failedLater = 'f', age = '0', failures = '0'] = await sql(
        subject,
        "select last_archived_time, coalesce(last_failed_time > coalesce(last_archived_time, last_failed_time - interval '1 s'), false), coalesce(extract(epoch from now() - last_archived_time), -1)::int, failed_count from pg_stat_archiver",
      )
      if (failedLater === 't')
        return found(
          'block',
          `the last attempt failed (${failures} in all)`,
          'See whether backup.dir is there, writable and not full.',
        )
      return last === ''
        ? found('warn', 'nothing yet', 'The first change is archived within a minute; look again.')
        : ok(`the last one ${age} s ago`)
    },
  },
  {
    code: 'backup.age',
    title: 'Newest backup',
    measure: async ({ host }) => {
      const { code, stdout } = await host.engine.compose(
        ['exec', '-T', 'postgres', 'innosynth-pgbackrest', 'info', '--output=json'],
        { timeout: 7000 },
      )
      if (code !== 0)
        return found('warn', 'the repository cannot be read', 'Run innosynth backup and see what it says.')
      const sets =
        (JSON.parse(stdout) as { backup?: { label: string; timestamp: { stop: number } }[] }[])[0]?.backup ?? []
      const newest = sets.at(-1)
      if (!newest) return found('warn', 'none yet', 'Run innosynth backup.')
      const age = hours(new Date(newest.timestamp.stop * 1000), host.now())
      const value = `${newest.label}, ${age.toFixed(1)} hours ago, ${sets.length} kept`
      return age > 26 ? found('warn', value, 'Run innosynth backup and see why the schedule did not.') : ok(value)
    },
  },
  {
    code: 'backup.drill',
    title: 'Newest rehearsal of a restore',
    measure: async ({ host, configuration }) => {
      const folder = join(String(configuration['backup.dir']), 'drills')
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
      const newest = names.at(-1)
      return judgeDrill(newest ? await readFile(join(folder, newest), 'utf8') : null, host.now())
    },
  },
]

/**
 * The report tells its own time: that of the file changes when the backup folder is copied to another disk.
 * @param report the newest report of a drill, as JSON; null where there is none
 */
export function judgeDrill(report: string | null, now: Date): Found {
  if (report === null) return found('warn', 'none yet', 'Run innosynth drill: only a restore proves a backup.')
  const known = readReport(report)
  if (!known) return found('warn', 'its report cannot be read', 'Run innosynth drill.')
  const days = hours(new Date(known.at), now) / 24
  const when = `${days.toFixed(1)} days ago`
  if (!known.ok)
    return found(
      'block',
      `it failed ${when}`,
      'Read the report in the folder drills of the backup folder; mend it and run innosynth drill.',
    )
  return days > 8 ? found('warn', when, 'Run innosynth drill and see why the schedule did not.') : ok(when)
}

function readReport(report: string): { at: string; ok: boolean } | null {
  try {
    const { at, ok: good } = JSON.parse(report) as { at?: unknown; ok?: unknown }
    return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at, ok: good === true } : null
  } catch {
    return null
  }
}

/** @param have output of `ollama list` @param runs output of `ollama ps` */
export function judgePlace(have: string, runs: string, model: string, accelerator: string): Found {
  if (!/^NAME\b/m.test(have))
    return found(
      'warn',
      'Ollama does not answer',
      'Answers are sentences of the documents until it does: see container.*.',
    )
  const named = (line: string) => line.startsWith(`${model} `) || line.startsWith(`${model}:latest `)
  if (!have.split('\n').some(named))
    return found('warn', `${model} is not in Ollama`, `Add it: innosynth models add FOLDER ${model}.`)
  const line = runs.split('\n').find(named)
  if (!line) return ok(`${model}, not loaded now`)
  const place = /(\d+%(?:\/\d+%)? (?:CPU\/GPU|GPU|CPU))/.exec(line)?.[1] ?? 'unknown'
  if (accelerator.startsWith('gpu') && !place.startsWith('100% GPU'))
    return found(
      'warn',
      `${model}: ${place}`,
      'It is not wholly on the GPU: restart Ollama; if that does not help, look at the driver and at the memory of the GPU.',
    )
  return ok(`${model}: ${place}`)
}

export function judgeCertificate(
  certificate: X509Certificate | null,
  hostname: string,
  mode: string,
  now: Date,
): Found {
  if (!certificate) return found('block', 'nobody answers', 'See innosynth logs proxy.')
  if (!certificate.checkHost(hostname))
    return found(
      'block',
      `is for ${certificate.subjectAltName ?? 'nobody'}`,
      'Set hostname to the name people type, or bring a certificate for it.',
    )
  const left = (Date.parse(certificate.validTo) - now.getTime()) / 3_600_000
  if (left < 0)
    return found(
      'block',
      `expired on ${certificate.validTo}`,
      mode === 'byo'
        ? 'Put the new files in place and run innosynth rotate tls.'
        : 'See innosynth logs proxy: renewal fails.',
    )
  // Caddy's own authority gives certificates for twelve hours and renews them at two thirds.
  const soon = mode === 'internal' ? 2 : 14 * 24
  const value = left > 72 ? `${Math.floor(left / 24)} days left` : `${left.toFixed(1)} hours left`
  return left < soon
    ? found(
        'warn',
        value,
        mode === 'byo'
          ? 'Bring the new one, then innosynth rotate tls.'
          : 'It should have been renewed: see innosynth logs proxy.',
      )
    : ok(value)
}
