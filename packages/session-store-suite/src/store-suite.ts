/** The suite: all checks, each on a bed of its own, for any test runner or to be run and counted. */
import { api } from './checks/api.js'
import { expiry } from './checks/expiry.js'
import { middleware } from './checks/middleware.js'
import { races } from './checks/races.js'
import { values } from './checks/values.js'
import { NotOffered } from './check.js'
import type { StoreBed } from './store-bed.js'
import { Trial } from './trial.js'
import type { Check } from './trial.js'

/** How the suite is run. */
export interface StoreSuiteOptions {
  /** Makes an empty bed; called once for each check. */
  readonly makeBed: () => Promise<StoreBed>
  /** How often each race is run; default 20. A race is lost if it is lost once. */
  readonly races?: number
  /** How long one call of the store and one response may take, ms; default 10,000. */
  readonly limit?: number
}

/** One check, ready to run. */
export interface StoreSuiteCase {
  /** `api`, `values`, `expiry`, `middleware` or `races`. */
  readonly group: string
  /** What a store that passes does. */
  readonly name: string
  /** Rejects with what is wrong; resolves to false where the store does not offer what the check is about. */
  run(): Promise<boolean>
}

/** What became of a check. */
export interface CheckResult {
  readonly group: string
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'not offered'
  /** What is wrong, where it failed. */
  readonly reason: string | undefined
}

const GROUPS: Readonly<Record<string, Readonly<Record<string, Check>>>> = { api, values, expiry, middleware, races }

/** All checks. */
export function storeSuite(options: StoreSuiteOptions): readonly StoreSuiteCase[] {
  return Object.entries(GROUPS).flatMap(([group, checks]) =>
    Object.entries(checks).map(([name, check]) => ({ group, name, run: () => run(check, options) })),
  )
}

/** Runs all checks, one after the other. */
export async function runStoreSuite(options: StoreSuiteOptions): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const { group, name, run: runOne } of storeSuite(options)) {
    try {
      const outcome = (await runOne()) ? 'passed' : 'not offered'
      results.push({ group, name, outcome, reason: undefined })
    } catch (error) {
      results.push({ group, name, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return results
}

async function run(check: Check, { makeBed, races: count = 20, limit = 10_000 }: StoreSuiteOptions): Promise<boolean> {
  const trial = new Trial(await makeBed(), count, limit)
  try {
    await check(trial)
    return true
  } catch (error) {
    if (error instanceof NotOffered) return false
    throw error
  } finally {
    await trial.close()
  }
}
