/** What is said of several runs: the median, and how far they lie apart. */
import type { Goal } from './measurement.js'

/** Median, least and greatest of some numbers. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The spread of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor((sorted.length - 1) / 2)
  const lower = sorted[middle] ?? Number.NaN
  const upper = sorted[sorted.length - 1 - middle] ?? Number.NaN
  return { median: (lower + upper) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/** Whether a median keeps a goal. */
export function isMet(goal: Goal, median: number): boolean {
  return 'atMost' in goal ? median <= goal.atMost : median >= goal.atLeast
}
