/**
 * A session's terms: when it was made and when it ends. Plain fields beside the documents, joined as a semilattice.
 *
 * The later stamp wins as a whole; between equal stamps the longer time-outs win, so that a race never ends a
 * session early. A time-out that is absent means "never", which is the longest.
 */

/** All times in milliseconds; instants since 1970. */
export interface Terms {
  /** When the session was made; of two, the earlier. */
  readonly createdAt: number
  /** When the time-outs were last set; the later wins. */
  readonly stamp: number
  /** The session expires after this long without access. Absent: never. */
  readonly idleTimeout?: number
  /** The session expires at this instant whatever happens. Absent: never. */
  readonly absoluteDeadline?: number
}

/** The terms both sides agree on: commutative, associative, idempotent. Gives `a` itself where `b` adds nothing. */
export function joinTerms(a: Terms, b: Terms): Terms {
  const later = compareTerms(a, b) >= 0 ? a : b
  const createdAt = Math.min(a.createdAt, b.createdAt)
  return later.createdAt === createdAt ? later : { ...later, createdAt }
}

/** When a session of these terms and this last access ends; `undefined` where it never does. */
export function deadlineOf(terms: Terms, lastAccess: number): number | undefined {
  const idle = terms.idleTimeout === undefined ? Infinity : lastAccess + terms.idleTimeout
  const deadline = Math.min(idle, terms.absoluteDeadline ?? Infinity)
  return deadline === Infinity ? undefined : deadline
}

/** Do two terms say the same? */
export function equalTerms(a: Terms, b: Terms): boolean {
  return a.createdAt === b.createdAt && compareTerms(a, b) === 0
}

/** Order by (stamp, idle time-out, absolute deadline). */
function compareTerms(a: Terms, b: Terms): number {
  if (a.stamp !== b.stamp) return a.stamp - b.stamp
  const idle = compareLimits(a.idleTimeout, b.idleTimeout)
  return idle === 0 ? compareLimits(a.absoluteDeadline, b.absoluteDeadline) : idle
}

function compareLimits(a = Infinity, b = Infinity): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
