/**
 * What one entry of a `deltas` frame says about one session: everything that a replica lacks.
 *
 * A plain type; `session-delta-codec.ts` has its bytes. Absent fields mean "nothing new".
 */

import type { SessionKey } from '../session-key.js'

/** The record that a session has ended. */
export interface Death {
  /** When it ended, in ms since 1970. */
  readonly at: number
  /** Whether someone ended it, or time did. */
  readonly reason: 'destroyed' | 'expired'
}

/** How long a session lives. */
export interface Terms {
  /** When the session was created, in ms since 1970. */
  readonly createdAt: number
  /** Orders terms: those with the higher stamp hold. */
  readonly stamp: number
  /** Time without access after which the session expires, in ms. */
  readonly idleTimeout?: number
  /** When the session expires whatever happens, in ms since 1970. */
  readonly absoluteDeadline?: number
}

/** Names one save of one client, so that sending it again has no second effect. */
export interface OperationId {
  /** The client's id, 53 bits. */
  readonly client: number
  /** Grows with each save of this client. */
  readonly counter: number
}

/** What is new about a session. */
export interface SessionDeltaEntry {
  /** Which session. */
  readonly key: SessionKey
  /** The session has ended; it has nothing else to say then. */
  readonly death?: Death
  /** Generation of the attributes' document. */
  readonly generation: number
  /** Encoded state vector on which a newer generation builds; comes with the whole document. */
  readonly base?: Uint8Array
  /** V1 update of the attributes. */
  readonly attributes?: Uint8Array
  /** V1 update of the frozen attributes. */
  readonly frozen?: Uint8Array
  /** Hash of all frozen attributes, 32 unsigned bits; tells a replica whether it lacks some. */
  readonly frozenHash?: number
  /** How long the session lives. */
  readonly terms?: Terms
  /** Last access, in ms since 1970. */
  readonly lastAccess?: number
  /** Saves that this delta contains. */
  readonly operations?: readonly OperationId[]
}
