/** The first steps of an installation, read from what is really there: nothing is ticked by hand. */
import { conversations } from '#lib/api/answers.ts'
import { people } from '#lib/api/identity.ts'
import { status } from '#lib/api/system.ts'
import type { Home, Status } from '#lib/api/types.ts'

export type Steps = { status: Status; model: boolean; documents: boolean; question: boolean; people: boolean }

export async function readSteps(home: Home): Promise<Steps> {
  const [now, asked, all] = await Promise.all([status(), conversations(), people()])
  return {
    status: now,
    model: now.model.state === 'ready',
    documents: home.documents > 0,
    question: asked.items.length > 0,
    people: all.items.length > 1,
  }
}

export const allDone = (steps: Steps): boolean => steps.model && steps.documents && steps.question && steps.people

const keyOf = (personId: string) => `innosynth.steps.${personId}`
export function stepsPutOff(personId: string): boolean {
  try {
    return localStorage.getItem(keyOf(personId)) === 'later'
  } catch {
    return false
  }
}
export function putStepsOff(personId: string): void {
  try {
    localStorage.setItem(keyOf(personId), 'later')
  } catch {
    // Gone for this page only.
  }
}
