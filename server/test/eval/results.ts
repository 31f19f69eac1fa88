/**
 * Where figures go: one JSON object a line, and a memory of what was measured, so that a run that was stopped goes on where
 * it was. A figure is remembered for a set, a model and the code that made it; other code measures anew.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interval, mean } from './measure.ts'

export type Figure = {
  name: string
  value: number
  unit: string
  /** Questions, files or whatever was counted. */
  n: number
  /** 95 %, where the figure is a mean over n. */
  interval?: [low: number, high: number]
  model?: string
  seconds?: number
}

/** A mean over questions with its interval. */
export const meanFigure = (
  name: string,
  unit: string,
  values: readonly number[],
  more: Partial<Figure> = {},
): Figure => ({
  name,
  value: mean(values),
  unit,
  n: values.length,
  interval: interval(values),
  ...more,
})

const source = fileURLToPath(new URL('../../src/domain', import.meta.url))

/** Changes with every file that can change a figure of search or answers. */
export const codeVersion = (): string => {
  const hash = createHash('sha256')
  for (const noun of ['search', 'answers', 'documents']) {
    const folder = join(source, noun)
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith('.ts') && !name.endsWith('.test.ts')) hash.update(name).update(readFileSync(join(folder, name)))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

export type Results = {
  /** Figures of this task, measured now or before with the same code. */
  once(task: string, measure: () => Promise<Figure[]>): Promise<void>
}

export const openResults = (options: {
  state: string
  json: string | undefined
  say: (line: string) => void
}): Results => {
  const folder = join(options.state, 'figures')
  mkdirSync(folder, { recursive: true })
  const version = codeVersion()
  return {
    async once(task, measure) {
      const file = join(folder, `${createHash('sha256').update(`${task}\n${version}`).digest('hex').slice(0, 32)}.json`)
      const before = existsSync(file)
      const figures = before ? (JSON.parse(readFileSync(file, 'utf8')) as Figure[]) : await measure()
      if (!before) writeFileSync(file, JSON.stringify(figures))
      for (const figure of figures) {
        if (options.json) appendFileSync(options.json, `${JSON.stringify(figure)}\n`)
        options.say(line(figure, before))
      }
    },
  }
}

const line = ({ name, value, unit, n, interval: range, model }: Figure, before: boolean): string =>
  `${name.padEnd(34)} ${value.toFixed(4)} ${unit}${range ? `  [${range[0].toFixed(3)}, ${range[1].toFixed(3)}]` : ''}  n ${n}${model ? `  ${model}` : ''}${before ? '  (measured before)' : ''}`
