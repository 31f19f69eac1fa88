/** The steps of the journey as tests, for `npm test`. The browser's path comes from the command that runs them. */
import { afterAll, beforeAll, test } from 'vitest'
import { allSteps } from './all-steps.ts'
import { beginJourney, endJourney, type Journey } from './journey-context.ts'

let journey: Journey
beforeAll(async () => {
  const chromium = process.env.INNOSYNTH_CHROMIUM
  journey = await beginJourney(chromium ? { chromium } : {})
})
afterAll(async () => {
  if (journey) await endJourney(journey)
})

for (const step of allSteps) test(step.name, () => step.run(journey))
