import { ensureChromium } from '../setup/chromium.mjs'
import { say } from '../setup/say.mjs'
import { conclude, runVitest } from '../setup/vitest.mjs'
import { ensureWeb } from '../setup/web.mjs'

/** Everything that needs no container engine. Arguments go to vitest and leave the browser journey out. */
export async function run(root, args) {
  if (args.length > 0) return conclude([await runVitest(root, [], { args })])
  // The integration suite runs on PGlite here, even where a server is set; `npm run test:postgres` is for that.
  const env = { INNOSYNTH_TEST_DATABASE_URL: '' }
  const counts = [await runVitest(root, ['unit', 'house', 'extraction', 'web', 'integration'], { env })]
  await ensureWeb(root)
  counts.push(await journey(root))
  return conclude(counts)
}

async function journey(root) {
  const chromium = await ensureChromium()
  const needed = process.env.CI === 'true'
  if (chromium) {
    const count = await runVitest(root, ['journey'], { env: { INNOSYNTH_CHROMIUM: chromium }, reporter: 'verbose' })
    if (count.passed + count.failed > 0 || !needed) return count
    say('the browser journey ran no test, and here it must run')
    return { ...count, failed: 1 }
  }
  say(
    `the browser journey is skipped: no Chromium was found${needed ? ', and here it must run' : '. Install chromium and run again'}`,
  )
  return { passed: 0, failed: needed ? 1 : 0, skipped: needed ? 0 : 1 }
}
