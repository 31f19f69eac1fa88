/** What a trial takes from outside: numbers that make it longer or different, and the settings of a server it starts. */
import type { Config } from '../config/index.ts'
import { readConfig } from '../config/index.ts'

export function testNumber(name: 'SEED' | 'CHECKS' | 'KILLS', otherwise: number): number {
  const given = Number(process.env[name] ?? '')
  return Number.isInteger(given) && given > 0 ? given : otherwise
}

/** The environment of this process with some settings laid over it, for a server started beside it. */
export const environmentWith = (settings: Record<string, string>): Record<string, string | undefined> => ({
  ...process.env,
  ...settings,
})

/** The object store that OBJECTSTORE_URL names, for the contract suite; none: the suite runs on files alone. */
export function testObjectStores(): Extract<Config['objectStore'], { kind: 's3' }>[] {
  const { objectStore } = readConfig()
  return objectStore.kind === 's3' ? [objectStore] : []
}
