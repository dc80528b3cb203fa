/**
 * What a save consists of. Clients send operations, never Yjs bytes; one save is applied whole or not at all.
 *
 * A `name` is an attribute's, or that of a part of it (path.ts). Whoever gives a part a value makes objects of all that
 * its path leads through.
 */
import type { Member } from './set-member.js'

/**
 * Give an attribute a value (bytes of `encodeValue`), exactly: of an object, members that it lacks are removed.
 *
 * A class, for it is made with nearly every save: objects of one literal V8 takes for long-lived once many of them have
 * been, makes them old from then on, and keeps what they hold until the next collection of everything.
 */
export class SetOperation {
  readonly op = 'set'
  readonly name: string
  readonly value: Uint8Array

  constructor(name: string, value: Uint8Array) {
    this.name = name
    this.value = value
  }
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

/** Let there be an object: nothing happens where there is one, whatever its members; else it is empty. */
export interface MakeOperation {
  readonly op: 'make'
  readonly name: string
}

/** Add a member to a set, which is made where there is none; also of an array of members. */
export interface AddOperation {
  readonly op: 'add'
  readonly name: string
  readonly member: Member
}

/** Take a member out of a set. */
export interface DiscardOperation {
  readonly op: 'discard'
  readonly name: string
  readonly member: Member
}

/** Apply the save only if, before it, the value is the one of this hash (`hashOf`); no bytes: if there is none. */
export interface ExpectOperation {
  readonly op: 'expect'
  readonly name: string
  readonly hash: Uint8Array
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
export type AttributeOperation =
  | SetOperation
  | RemoveOperation
  | FreezeOperation
  | IncrementOperation
  | MakeOperation
  | AddOperation
  | DiscardOperation
  | ExpectOperation

/** One step of a save. */
export type Operation = AttributeOperation | TermsOperation
