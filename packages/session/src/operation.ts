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

/** One step of a save. */
export type Operation = SetOperation | RemoveOperation | FreezeOperation | IncrementOperation
