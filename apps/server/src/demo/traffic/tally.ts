/** What the traffic has seen, all visitors together. */

/** Counts since the demo began. */
export interface Tally {
  /** Requests answered, whatever the answer. */
  requests: number
  /** Requests that failed: the shop could not save, or did not answer. */
  failed: number
  /** Times a visitor compared the shop's answer with what was put in. */
  checked: number
  /** Updates seen only at a second look, at most `LATE_LIMIT` ms later. */
  late: number
  /** Updates never seen again. Must stay 0. */
  lost: number
}

/** Nothing seen yet. */
export function newTally(): Tally {
  return { requests: 0, failed: 0, checked: 0, late: 0, lost: 0 }
}
