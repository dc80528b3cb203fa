/**
 * When a primary ends a session. Last accesses are stamped by the clock of whoever was primary then, and clocks differ:
 * a session that was last used before this reign has as much longer, or a take-over by a node whose clock is ahead
 * would end sessions that are in use. Absolute deadlines stand as they are.
 */
import { deadlineOf } from '@understudy/session'
import { CLOCKS_DIFFER } from './forgotten.js'
import type { StoredSession } from './stored-session.js'

/**
 * Whether the deadline of a living session has passed, for its primary.
 *
 * @param now of the primary's clock, ms since 1970
 * @param begunAt when its reign began, by the same clock; 0 where all stamps are of one clock
 */
export function hasExpired(stored: StoredSession, now: number, begunAt: number): boolean {
  const deadline = stored.deadline()
  if (deadline === undefined || now < deadline) return false
  if (begunAt === 0 || now >= deadline + CLOCKS_DIFFER) return true
  const { session } = stored
  // Its record turned out to be damaged: there is nothing left here to end.
  if (session === undefined) return false
  const { terms, lastAccess } = session
  return now >= (deadlineOf(terms, lastAccess < begunAt ? lastAccess + CLOCKS_DIFFER : lastAccess) ?? Infinity)
}
