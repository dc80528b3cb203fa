/** How long to wait before the next attempt. */

/** The bounds of the pauses. */
export interface Backoff {
  /** The first pause, ms. */
  readonly first: number
  /** The longest pause, ms. */
  readonly longest: number
}

/**
 * The pause before attempt number `attempt` (from 0), ms: doubled each time up to the longest, and half of it random,
 * so that many clients of a node that returns do not come at once.
 */
export function pauseBefore(attempt: number, { first, longest }: Backoff, random: number): number {
  const whole = Math.min(longest, first * 2 ** Math.min(attempt, 30))
  return Math.ceil(whole / 2 + (whole / 2) * random)
}
