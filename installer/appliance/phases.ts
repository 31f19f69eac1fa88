/** Runs an operation in named phases and writes each into the journal before and after, so that a cut-off run is seen. */
import { randomUUID } from 'node:crypto'
import { type Journal, readState, writeState } from './state.ts'
import type { Context } from './verb.ts'

export type Phase = {
  name: string
  /** For the person: "Writing secrets". */
  title: string
  /** Must be harmless when run again after being cut off anywhere. Gives what it changed, in words. */
  run(): Promise<string[]>
}

/** @returns everything that was changed, in order. A thrown error leaves the journal behind for the next run. */
export async function runPhases(context: Context, operation: string, phases: Phase[]): Promise<string[]> {
  const { dir, checkpoint } = context
  const before = await readState(dir)
  if (before.journal) context.say(resumeLine(before.journal))
  const journal: Journal = {
    operation,
    id: before.journal?.operation === operation ? before.journal.id : randomUUID(),
    startedAt: before.journal?.operation === operation ? before.journal.startedAt : context.now().toISOString(),
    phases: [],
  }
  const changes: string[] = []
  for (const phase of phases) {
    await record(dir, journal, { name: phase.name, state: 'started', at: context.now().toISOString() })
    checkpoint(`${phase.name}:begin`)
    changes.push(...(await context.progress(phase.title, phase.run)))
    checkpoint(`${phase.name}:end`)
    await record(dir, journal, { name: phase.name, state: 'done', at: context.now().toISOString() })
  }
  // A journal that is left behind means that a run was cut off.
  await writeState(dir, { ...(await readState(dir)), journal: null })
  return changes
}

async function record(dir: string, journal: Journal, entry: Journal['phases'][number]) {
  const state = await readState(dir)
  journal.phases = [...journal.phases.filter(({ name }) => name !== entry.name), entry]
  await writeState(dir, { ...state, journal })
}

function resumeLine(journal: Journal): string {
  const last = journal.phases.at(-1)
  return `An earlier ${journal.operation} (${journal.startedAt}) was cut off${last ? ` at ${last.name}` : ''}; going on.`
}
