/** Runs projects of server/vitest.config.ts and counts what passed and failed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runThrough } from './child.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * @param {string} root
 * @param {string[]} projects
 * @param {{ args?: string[], env?: Record<string, string>, reporter?: string }} [options]
 * @returns {Promise<Count>} a run that ends badly without a failed test counts as one failure
 */
export async function runVitest(root, projects, { args = [], env = {}, reporter = 'default' } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-test-'))
  const report = join(folder, 'report.json')
  try {
    const code = await runThrough(
      process.execPath,
      [
        join(root, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--config=server/vitest.config.ts',
        ...projects.map((name) => `--project=${name}`),
        '--passWithNoTests',
        `--reporter=${reporter}`,
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { cwd: root, env: { ...process.env, ...env } },
    )
    return countOf(JSON.parse(await readFile(report, 'utf8').catch(() => '{}')), code)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {any} report what vitest's json reporter wrote
 * @param {number} code exit code of the run
 * @returns {Count}
 */
export function countOf(report, code) {
  const files = report.testResults ?? []
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = (report.numFailedTests ?? 0) + broken.length
  return {
    passed: report.numPassedTests ?? 0,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  }
}

/**
 * The closing line, on stdout: "12 passed, 0 failed".
 * @param {Count[]} counts
 * @returns {number} exit code
 */
export function conclude(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}\n`)
  return sum('failed') > 0 || sum('passed') === 0 ? 1 : 0
}
