/**
 * Ends a run with one plain line, `N passed, N failed, N skipped`, for people and programs that read only the last line.
 * A file that could not be loaded counts as one failure.
 */
import type { Reporter, TestModule } from 'vitest/node'

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      let tests = 0
      for (const test of module.children.allTests()) {
        tests++
        const { state } = test.result()
        if (state === 'passed') count.passed++
        else if (state === 'failed') count.failed++
        else count.skipped++
      }
      if (tests === 0 || (module.state() === 'failed' && module.errors().length > 0)) count.failed++
    }
    // After the default reporter's own closing lines.
    process.once('exit', () => process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`))
  }
}
