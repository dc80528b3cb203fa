/** Measures another revision with its own benchmark, in a working copy of its own, to be set beside this one's figures. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isResult } from './result.js'
import type { Result, Row } from './result.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * The results of another revision.
 *
 * @throws Error where it cannot be checked out or built, or its benchmark fails
 */
export function resultsOf(revision: string, only: readonly string[], runs: number): Result[] {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-compare-'))
  const copy = join(folder, 'copy')
  const json = join(folder, 'results.json')
  const run = (command: string, args: readonly string[], cwd: string): void =>
    void execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  run('git', ['worktree', 'add', '--detach', copy, revision], ROOT)
  try {
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], copy)
    run('npm', ['run', '--silent', 'build'], copy)
    const names = only.flatMap((name) => ['--only', name])
    run(process.execPath, ['apps/bench/dist/main.js', ...names, '--runs', String(runs), '--json', json], copy)
    return readResults(json)
  } finally {
    run('git', ['worktree', 'remove', '--force', copy], ROOT)
  }
}

/** Both revisions' medians, figure by figure. */
export function comparison(revision: string, then: readonly Result[], now: readonly Result[]): string {
  const lines = now.flatMap(({ name, rows }) => {
    const before = then.find((result) => result.name === name)
    return rows.map((row) => lineOf(row, before?.rows.find(({ variant, figure, unit }) => variant === row.variant && figure === row.figure && unit === row.unit)))
  })
  return [`${revision} → here (medians; one after the other, so judge times by the load)`, ...lines, ''].join('\n')
}

function lineOf({ variant, figure, unit, median }: Row, before: Row | undefined): string {
  const was = before === undefined ? 'not measured' : `${before.median.toPrecision(4)} →`
  const ratio = before === undefined ? '' : `(${(median / before.median).toFixed(2)} ×)`
  return `  ${variant}: ${figure}: ${was} ${median.toPrecision(4)} ${unit} ${ratio}`.trimEnd()
}

function readResults(file: string): Result[] {
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const results = typeof written === 'object' && written !== null && 'results' in written ? written.results : undefined
  return Array.isArray(results) ? results.filter(isResult) : []
}
