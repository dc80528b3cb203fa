/** What travels of a session, and what merging it gives. */
import type { Entry, StateVector } from '@understudy/document'
import type { OperationId } from './operation-log.js'
import type { Terms } from './terms.js'

/** A change of a session, or all of it. Parts that say nothing new are absent. */
export interface SessionDelta {
  /** Generation of the attributes document (see generation-ids.ts). */
  readonly generation: number
  /** The generation's base, opaque. Present exactly where `attributes` is a whole document of a generation above 0. */
  readonly base?: Uint8Array
  /** V1 update of the attributes document. */
  readonly attributes?: Uint8Array
  /** V1 update of the frozen document. */
  readonly frozen?: Uint8Array
  /** Hash of the sender's whole frozen part; tells the receiver whether it lacks some of it. */
  readonly frozenHash?: number
  readonly terms?: Terms
  /** Milliseconds since 1970. */
  readonly lastAccess?: number
  readonly operations?: readonly OperationId[]
}

/** What a merge did. */
export interface Merged {
  /** Attributes whose value changed. */
  readonly changed: readonly string[]
  /** The delta named a hash of the frozen part, and ours is another: ask for the frozen part. */
  readonly lacksFrozen: boolean
  /**
   * The delta is of a generation that cannot take the place of ours (it has not seen all that we hold, or its number
   * is lower), and we do not reign: nothing was changed. Hand this session's whole state to the primary; what it
   * makes of both will cover ours.
   */
  readonly kept: boolean
  /** With `kept`: what the delta's generation has not seen (an entry without value is a removal). */
  readonly leftovers: readonly Entry[]
}

/** What a replica holds of a session: enough to compute what it lacks. */
export interface SessionBenchmark {
  readonly generation: number
  readonly attributes: StateVector
  readonly frozen: StateVector
}
