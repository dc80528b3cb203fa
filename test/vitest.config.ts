/** One configuration for every test of the repository: unit tests beside the source, the rest under test/. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@understudy/source', 'node'] },
  ssr: { resolve: { conditions: ['@understudy/source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    passWithNoTests: false,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
})
