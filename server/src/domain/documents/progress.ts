import type { Progress, Stage } from './contract.ts'

export type ProgressColumns = {
  stage: Stage
  done: number
  total: number
  stage_started_at: Date | string
  found_by_words: boolean
  found_by_meaning: boolean
  problem_code: string | null
  problem_message: string | null
  warnings: string[]
}

/** Where each stage begins and ends on the way from 0 to 1. */
const shares: Record<Stage, [from: number, to: number]> = {
  queued: [0, 0],
  extracting: [0.02, 0.4],
  indexing: [0.4, 0.45],
  embedding: [0.45, 1],
  ready: [1, 1],
  failed: [0, 0],
  cancelled: [0, 0],
}

/** Time left is told from the pace of the present stage, once it has gone far enough to have one. */
export function toProgress(row: ProgressColumns, now = Date.now()): Progress {
  const [from, to] = shares[row.stage]
  const part = row.total > 0 ? Math.min(1, row.done / row.total) : 0
  const elapsed = (now - new Date(row.stage_started_at).getTime()) / 1000
  const moving = row.stage === 'extracting' || row.stage === 'embedding'
  return {
    stage: row.stage,
    fraction: from + (to - from) * part,
    secondsLeft: moving && part > 0.02 && elapsed > 0.5 ? Math.max(0, Math.round((elapsed * (1 - part)) / part)) : null,
    done: row.done,
    total: row.total,
    foundByWords: row.found_by_words,
    foundByMeaning: row.found_by_meaning,
    problem: row.problem_code ? { code: row.problem_code, message: row.problem_message ?? '' } : null,
    warnings: row.warnings,
  }
}
