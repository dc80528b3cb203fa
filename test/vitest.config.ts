/**
 * One configuration for every test of the repository, in three groups that run one after the other: unit tests beside the
 * source, and what else stays in its process; real nodes and browsers, whose failure detectors and patience should meet
 * the faults of their tests and not a busy machine; the simulator, whose histories have been played since the beginning, on
 * whatever the other two leave of the cores.
 */
import { defineConfig } from 'vitest/config'

const UNITS = ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'test/{architecture,contract,convergence,hostile,support}/**/*.test.ts']
const PROCESSES = ['test/{bench,browser,nemesis,scenario}/**/*.test.ts']
const SIMULATION = ['test/simulation/*.test.ts']

export default defineConfig({
  resolve: { conditions: ['@understudy/source', 'node'] },
  ssr: { resolve: { conditions: ['@understudy/source', 'node'] } },
  test: {
    passWithNoTests: false,
    // Ends what hangs; far beyond what anything takes on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/summary-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'units', include: UNITS, maxWorkers: '100%', sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'processes', include: PROCESSES, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'simulation', include: SIMULATION, globalSetup: ['test/simulation/histories-meanwhile.ts'], sequence: { groupOrder: 2 } } },
    ],
  },
})
