/**
 * The state vectors that documents made last, so that one revision's vector is made once while a save passes through.
 *
 * A save asks for the same vector again and again (benchmark, fingerprint, difference, cut), and who gets the same
 * object back sees at once that nothing is lacking. At rest a vector would be a fifth of a small document, so documents
 * keep but a ticket, and only so many vectors are kept for all of them.
 *
 * Invariant: a vector that was kept never changes, so it may be handed out many times.
 */
import type { StateVector } from './state-vector.js'

/** How many vectors are kept: more than the saves that are in flight at once, few enough to die young. */
const KEPT = 256

const vectors: StateVector[] = []
let next = 0

/** Names a vector that was kept. */
export type Ticket = number

/** The ticket of no vector. */
export const NO_TICKET: Ticket = -1

/** Keeps a vector for a while. */
export function keepVector(vector: StateVector): Ticket {
  vectors[next % KEPT] = vector
  return next++
}

/** The vector of this ticket, if it is still kept. */
export function keptVector(ticket: Ticket): StateVector | undefined {
  return ticket >= 0 && ticket >= next - KEPT ? vectors[ticket % KEPT] : undefined
}
