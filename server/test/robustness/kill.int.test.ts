import { expect, it } from 'vitest'
import { testDatabaseUrl } from '../../src/config/index.ts'
import { testNumber } from '../../src/testing/outside.ts'
import { trial } from './kill.ts'

/** `KILLS=50` for the long run; `node server/test/robustness/kill.ts --times 50` tells more. */
const times = testNumber('KILLS', 5)

// The trial brings its own evaluation mode, whatever database the other suites run on.
it.skipIf(testDatabaseUrl() !== undefined)(
  `a server killed ${times} times while files come in loses, doubles and forgets nothing`,
  async () => {
    const verdict = await trial({ times, seed: testNumber('SEED', 7) })
    process.stdout.write(`kill: ${JSON.stringify({ ...verdict, problems: verdict.problems.length })}\n`)
    expect(verdict.problems).toEqual([])
    expect(verdict.acknowledged).toBeGreaterThan(0)
  },
  30 * 60_000,
)
