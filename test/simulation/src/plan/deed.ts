/** The deeds of which a history is made, as plain data: a history can be printed, shortened, and played again. */
import type { Mangling } from '../world/network.js'

/** What a client does with a session; how often, a theme says of all but `rotate`, which stands for some of `destroy`. */
export type Act =
  /** Gives a name that nobody else uses a value. */
  | 'write'
  /** Gives a name that others use too a value. */
  | 'overwrite'
  | 'remove'
  | 'increment'
  | 'freeze'
  | 'read'
  | 'find'
  /** Looks for the session that was in this place before, which is over. */
  | 'recall'
  | 'touch'
  | 'leave'
  | 'destroy'
  /** Lets the session go on under another id, as after a login; all clients use that one then. */
  | 'rotate'

/** Something that a client does. */
export interface Visit {
  readonly kind: 'visit'
  readonly visitor: number
  /** Which of the sessions that all clients know. */
  readonly place: number
  readonly act: Act
  /** Copies to wait for; 0 leaves it to the node. */
  readonly copies: number
  readonly required: boolean
  /** Several operations in one save. */
  readonly operations: number
}

/** Something that happens to one machine. */
export interface MachineDeed {
  readonly kind:
    | 'start' | 'kill' | 'powerOff' | 'close' | 'wipe' | 'pause' | 'resume' | 'stall'
    | 'damage' | 'full' | 'space' | 'snapshot' | 'restore' | 'promote' | 'demote' | 'drain'
  readonly machine: number
  /** For what has to be chosen, in [0, 1). */
  readonly choice: number
}

/** Something that happens between two machines, or a client and a machine. */
export interface LinkDeed {
  readonly kind: 'hole' | 'mend' | 'cut'
  readonly from: string
  readonly to: string
}

/** A message on a peer link fares badly. */
export interface MangleDeed {
  readonly kind: 'mangle'
  readonly from: string
  readonly to: string
  readonly how: Mangling
}

/** Time: clocks of all machines leap ahead, or messages become slow. */
export interface TimeDeed {
  readonly kind: 'leap' | 'latency'
  readonly ms: number
}

/** Any deed. */
export type Deed = Visit | MachineDeed | LinkDeed | MangleDeed | TimeDeed

/** A deed and when it is done: ms after the beginning. */
export interface Step {
  readonly at: number
  readonly deed: Deed
}
