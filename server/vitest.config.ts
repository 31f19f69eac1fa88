/**
 * All tests of the repository, by what they touch. `npm test` runs every project, `npm test -- --project unit` one of
 * them, `npm test -- server/src/domain/search` what stands under a path.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const integration = '**/*.int.test.ts'

const web: TestProjectConfiguration = existsSync(`${root}/web/vitest.config.ts`)
  ? `${root}/web/vitest.config.ts`
  : { root, test: { name: 'web', include: ['web/src/**/*.test.ts'] } }

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['server/src/**/*.test.ts', 'installer/**/*.test.mjs', 'installer/**/*.test.ts'],
          exclude: [integration],
        },
      },
      {
        root,
        test: { name: 'house', include: ['server/test/{house,appliance-policy}/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        root,
        test: {
          name: 'integration',
          include: [`server/${integration}`, `worker/${integration}`],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'extraction',
          include: ['worker/**/*.test.ts'],
          exclude: [integration, '**/node_modules/**'],
          testTimeout: 120_000,
        },
      },
      web,
      {
        root,
        test: {
          name: 'journey',
          include: ['web/e2e/**/*.{test,e2e}.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
