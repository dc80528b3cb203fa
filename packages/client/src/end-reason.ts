/** The ways in which a session can be over. */

/**
 * Why a session is over. `unknown`: no node knows it any more, because more nodes lost what they held than there were
 * copies; its id is not used up, and `store.open(id)` makes a new session.
 */
export type EndReason = 'destroyed' | 'expired' | 'unknown'

/** The code with which a session that is over refuses everything. */
export function refusalOf(end: EndReason): 'SESSION_DESTROYED' | 'SESSION_UNKNOWN' {
  return end === 'unknown' ? 'SESSION_UNKNOWN' : 'SESSION_DESTROYED'
}
