/**
 * A session's terms: when it was made and when it ends. Plain fields beside the documents, joined as a semilattice.
 *
 * The later stamp wins as a whole; between equal stamps the longer time-outs win, so that a race never ends a
 * session early. A time-out that is absent means "never", which is the longest.
 */
import type { Operation } from './operation.js'
import { SessionError } from './session-error.js'

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

/**
 * The terms after a save: its last `terms` operation holds, over all that was agreed before.
 *
 * @param now ms since 1970
 * @returns `terms` itself where the save changes none
 * @throws SessionError OPERATION_INVALID
 */
export function termsAfter(terms: Terms, operations: readonly Operation[], now: number): Terms {
  let after = terms
  for (const operation of operations) {
    if (operation.op !== 'terms') continue
    const { idleTimeout, absoluteTimeout } = operation
    requireDuration(idleTimeout)
    requireDuration(absoluteTimeout)
    after = {
      createdAt: terms.createdAt,
      stamp: terms.stamp + 1,
      ...(idleTimeout !== undefined && { idleTimeout }),
      ...(absoluteTimeout !== undefined && { absoluteDeadline: now + absoluteTimeout }),
    }
  }
  if (after === terms) return terms
  const same = after.idleTimeout === terms.idleTimeout && after.absoluteDeadline === terms.absoluteDeadline
  return same ? terms : after
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

/** The longest time-out, ms: 280 years, so that sums with instants stay exact. */
const LONGEST = 2 ** 43

function requireDuration(ms: number | undefined): void {
  if (ms === undefined || (Number.isInteger(ms) && ms >= 1 && ms <= LONGEST)) return
  throw new SessionError('OPERATION_INVALID', `A time-out of ${ms} ms is none; it is a whole number of at least 1.`)
}
