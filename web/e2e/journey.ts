/**
 * The whole product in a browser, from an empty data folder on.
 *   node web/e2e/journey.ts [--pictures DIR] [--only TEXT]
 * Prints a line a step and "N passed, N failed". `--only` runs the steps whose name holds the text, and those of the doors.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allSteps } from './all-steps.ts'
import { beginJourney, endJourney } from './journey-context.ts'
import { doors } from './steps-doors.ts'

const { values } = parseArgs({
  options: { pictures: { type: 'string' }, only: { type: 'string' }, chromium: { type: 'string' } },
})
const only = values.only
const steps = only
  ? allSteps.filter((step) => doors.includes(step) || step.name.includes('uploads') || step.name.includes(only))
  : allSteps

const journey = await beginJourney({
  pictures: values.pictures ?? null,
  ...(values.chromium ? { chromium: values.chromium } : {}),
})
let passed = 0
let failed = 0

/** What both people had before them when a step failed. */
async function pictureOfFailure(number: number): Promise<void> {
  if (!journey.pictures) return
  for (const who of ['marta', 'tom'] as const)
    await journey[who].page.screenshot({ path: join(journey.pictures, `failed-${number}-${who}.png`) }).catch(() => {})
}

try {
  for (const step of steps) {
    const started = performance.now()
    try {
      await step.run(journey)
      passed += 1
      process.stdout.write(`ok    ${step.name} (${Math.round(performance.now() - started)} ms)\n`)
    } catch (error) {
      failed += 1
      await pictureOfFailure(failed)
      process.stdout.write(
        `FAIL  ${step.name}\n      ${(error instanceof Error ? error.message : String(error)).replaceAll('\n', '\n      ')}\n`,
      )
    }
  }
} finally {
  await endJourney(journey)
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0
