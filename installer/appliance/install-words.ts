/** What install says to the person at the terminal. */
import type { Scheduled } from './backup-schedule.ts'
import { type Configuration, urlOf } from './config.ts'
import type { Greeting } from './greeting.ts'
import { takeKeyAway } from './recovery-key.ts'

export const round = (seconds: number) => Math.round(seconds * 10) / 10

export const describePlan = (plan: string[], dir: string, version: string) =>
  plan.length === 0
    ? `InnoSynth ${version} in ${dir}: nothing to write; the services are looked at.`
    : `InnoSynth ${version} in ${dir} will\n${plan.map((line) => `  - ${line}`).join('\n')}`

type Shown = Greeting & { recoveryKey: string | null; schedule: Scheduled | null }

export function describeResult(changes: string[], shown: Shown, configuration: Configuration, seconds: number): string {
  const lines = [
    changes.length === 0
      ? `Nothing was changed (${round(seconds)} s).`
      : `Done in ${round(seconds)} s, ${changes.length} changes.`,
    '',
    `  Open          ${urlOf(configuration)}`,
  ]
  if (shown.fingerprint)
    lines.push(
      `  CA SHA-256    ${shown.fingerprint}`,
      `                (its certificate: ${shown.authority}; browsers trust the address once they trust it)`,
    )
  if (shown.link)
    lines.push(`  First account ${shown.link}`, '                (works once; whoever opens it becomes the owner)')
  if (shown.recoveryKey) lines.push('', takeKeyAway(shown.recoveryKey))
  if (shown.schedule?.missing) lines.push('', shown.schedule.missing)
  else if (shown.schedule && changes.length > 0)
    lines.push(
      '',
      'Backups: new files every five minutes, a set every six hours, a drill every Sunday. `innosynth backup` makes the first now.',
    )
  return lines.join('\n')
}
