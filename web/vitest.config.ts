import { defineConfig } from 'vitest/config'

// Pure logic only: what draws is tried in a browser by the journey (e2e/).
export default defineConfig({
  test: { name: 'web', root: import.meta.dirname, include: ['src/**/*.test.ts'] },
})
