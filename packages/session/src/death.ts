/**
 * The death marker: the record that a session was destroyed or expired. It always wins over the session itself;
 * of two markers the earlier stands, and at the same instant `destroyed` before `expired`.
 */

/** That, when and why a session ended. */
export interface Death {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Ended by somebody, or by its terms. */
  readonly reason: 'destroyed' | 'expired'
}

/** The marker both sides agree on: commutative, associative, idempotent. */
export function joinDeaths(a: Death, b: Death): Death {
  if (a.at !== b.at) return a.at < b.at ? a : b
  return a.reason === 'destroyed' ? a : b
}
