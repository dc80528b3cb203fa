/**
 * What a save consists of. Clients send operations, never Yjs bytes; one save is applied whole or not at all.
 */

/** Give an attribute a value (bytes of `encodeValue`). */
export interface SetOperation {
  readonly op: 'set'
  readonly name: string
  readonly value: Uint8Array
}

/** Take an attribute away; without a value already: nothing happens. */
export interface RemoveOperation {
  readonly op: 'remove'
  readonly name: string
}

/** Freeze an attribute at the value it has: it never changes again. Freezing twice: nothing happens. */
export interface FreezeOperation {
  readonly op: 'freeze'
  readonly name: string
}

/** Add to a number (which counts from 0 where there is none). */
export interface IncrementOperation {
  readonly op: 'increment'
  readonly name: string
  readonly by: number
}

/** Give the session other time-outs; those that are absent no longer apply. Of several in a save the last holds. */
export interface TermsOperation {
  readonly op: 'terms'
  /** The session expires after this long without access, ms. */
  readonly idleTimeout?: number
  /** The session expires this long after the save, whatever happens, ms. */
  readonly absoluteTimeout?: number
}

/** One step of a save that concerns an attribute. */
export type AttributeOperation = SetOperation | RemoveOperation | FreezeOperation | IncrementOperation

/** One step of a save. */
export type Operation = AttributeOperation | TermsOperation
