/** What comes out of a measurement: plain data, as it is printed and written to the JSON file. */
import type { Goal, Unit } from './measurement.js'
import type { Spread } from './statistics.js'

/** One figure of one variant over all runs. */
export interface Row extends Spread {
  readonly variant: string
  readonly figure: string
  readonly unit: Unit
  readonly values: readonly number[]
  readonly goal?: Goal
  /** As the figure says. */
  readonly at?: number
  readonly varies?: true
  /** As the variant says. */
  readonly others?: true
  /** Whether the median keeps the goal; absent without a goal. */
  readonly met?: boolean
}

/** What was not measured, and why. */
export interface Absence {
  readonly variant: string
  readonly reason: string
  /** It broke, rather than not being there. */
  readonly failed: boolean
}

/** One measurement's outcome. */
export interface Result {
  readonly name: string
  readonly title: string
  readonly shows: string
  readonly terms: string
  readonly rows: readonly Row[]
  readonly absent: readonly Absence[]
  /** What the variants say beside their numbers. */
  readonly remarks?: readonly string[]
}

/** Whether a message of another process is a result. */
export function isResult(message: unknown): message is Result {
  return typeof message === 'object' && message !== null && 'rows' in message && 'absent' in message
}
