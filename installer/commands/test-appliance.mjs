import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { runQuietly, runThrough } from '../setup/child.mjs'
import { say } from '../setup/say.mjs'
import { conclude } from '../setup/vitest.mjs'

/** Bases that the images are built on. */
const bases = ['debian:trixie-slim', 'node:24-trixie-slim', 'golang:1.26-trixie', 'postgres:18-trixie', 'caddy:2']
const model = 'bge-small-en-v1.5'

/**
 * The appliance from end to end on a real container engine: two bundles, install, answer, backup, loss, restore, an upgrade
 * that fails and one that holds, rollback, uninstall. `--full` adds a fault in every phase of the upgrade, `--keep` leaves
 * the folders. Without an engine it says so and is no failure.
 */
export async function run(root, args) {
  const tools = join(root, '..', 'shared', 'tools')
  if (!(await engineFor(join(tools, 'container-lab')))) {
    say('no container engine answers here and none can be brought up: the appliance was not tried')
    process.stdout.write('\n0 passed, 0 failed, 1 skipped\n')
    return 0
  }
  const folder = await modelFor(root, join(tools, 'models'))
  if (!folder) say(`the model ${model} is not at hand: answers are found by words alone`)
  const { runAppliance } = await import('../appliance/test/run.ts')
  return conclude([await runAppliance(root, folder ? [...args, `--model=${folder}`] : args)])
}

/** The engine that is there; else one that is brought up beside the checkout, together with the bases that it lacks. */
async function engineFor(lab) {
  const answers = async () => (await runQuietly('docker', ['version'])).code === 0
  const has = async (image) => (await runQuietly('docker', ['image', 'inspect', image])).code === 0
  if (await there(lab)) {
    const missing = []
    for (const image of bases) if (!(await answers()) || !(await has(image))) missing.push(image)
    if (missing.length > 0 && (await runThrough(lab, ['up', ...missing])) !== 0) return false
  }
  return answers()
}

async function modelFor(root, fetcher) {
  const kept = join(root, 'data', 'models', model)
  if (await there(kept)) return kept
  if (!(await there(fetcher))) return undefined
  const folder = join(root, 'data', 'models')
  return (await runThrough(fetcher, ['get', folder, model])) === 0 ? join(folder, model) : undefined
}

const there = (path) =>
  access(path).then(
    () => true,
    () => false,
  )
