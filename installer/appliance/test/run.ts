/** The appliance from end to end on a real engine: bundle, install, answer, backup, loss, restore, upgrade, faults, uninstall. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { faults } from './faults.ts'
import { journey } from './journey.ts'
import { createReport, Cut } from './report.ts'
import { clearWorld, makeWorld } from './world.ts'

/** @returns what held and what did not */
export async function runAppliance(
  root: string,
  args: string[],
): Promise<{ passed: number; failed: number; skipped: number }> {
  const report = createReport()
  const world = await makeWorld(root, args.find((one) => one.startsWith('--kept='))?.slice('--kept='.length))
  try {
    const installed = await journey(world, report, args)
    if (args.includes('--full')) await faults(world, report, installed)
    await installed.leave()
  } catch (error) {
    if (!(error instanceof Cut)) throw error
  } finally {
    if (args.includes('--keep')) process.stdout.write(`kept: ${world.work}\n`)
    else await clearWorld(world)
  }
  return { ...report.end(), skipped: 0 }
}

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
export const modelAt = (folder: string) => join(folder, 'bge-small-en-v1.5')
