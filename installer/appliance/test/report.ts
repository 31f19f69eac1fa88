/** Counts what held and what did not, with the time each took, and keeps the figures for the end. */
export function createReport() {
  let passed = 0
  let failed = 0
  const figures: string[] = []
  const say = (line: string) => process.stdout.write(`${line}\n`)
  return {
    /** Runs one step. `needed`: nothing after it makes sense without it. @returns whether it held */
    async step(name: string, work: () => Promise<unknown>, needed = true): Promise<boolean> {
      const started = performance.now()
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
      try {
        await work()
        passed++
        say(`ok    ${name} (${seconds()})`)
        return true
      } catch (error) {
        failed++
        say(`FAIL  ${name} (${seconds()})\n      ${error instanceof Error ? error.message : String(error)}`)
        if (needed) throw new Cut(name)
        return false
      }
    },
    figure: (name: string, value: string) => void figures.push(`${name.padEnd(44)} ${value}`),
    end() {
      if (figures.length > 0) say(`\nMeasured:\n${figures.map((line) => `  ${line}`).join('\n')}`)
      return { passed, failed }
    },
  }
}

export type Report = ReturnType<typeof createReport>

/** The run ends early because a step that the others need did not hold. */
export class Cut extends Error {}

export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
