/**
 * What a handle shows of its session's attributes, and what it has shown.
 *
 * Invariants: a value is decoded once, deeply frozen, and kept in `values` until the attribute changes; `#shown` is
 * what the app saw last of an attribute that is an object, so that what it sets is compared with that; `#read` is the
 * same without this handle's own unsaved operations, for the conditions of a save. Few handles need these: an empty Map
 * is four hundred bytes and one more cache miss a save, so it is made for its first entry.
 */
import type { Value } from '@understudy/document'
import { attributeOf, hashOf, keysOf, nameOf, SEPARATOR, within, type AttributeOperation, type ExpectOperation, type Session } from '@understudy/session'
import { deepFreeze } from './deep-freeze.js'
import { overlaid } from './overlay.js'
import type { PendingOperations } from './pending-operations.js'

/** Where a handle finds the replica that it reads. */
export interface ReplicaSource {
  /** Another object, perhaps, each time it is asked for. */
  readonly replica: Session
}

/** The values of one handle. */
export class Reading {
  /**
   * Attributes that were asked for; undefined: changed since. Nothing is deleted: an emptied Map is made anew, which
   * costs more than an entry.
   */
  readonly values = new Map<string, Value | undefined>()
  #shown: Map<string, Value> | undefined
  /** What this handle wrote to what it showed last. */
  #since: Map<string, AttributeOperation[]> | undefined
  #read: Map<string, Value | undefined> | undefined
  #source: ReplicaSource
  readonly #pending: PendingOperations

  constructor(source: ReplicaSource, pending: PendingOperations) {
    this.#source = source
    this.#pending = pending
  }

  /** The session as its node holds it, as far as it is known here. */
  get replica(): Session {
    return this.#source.replica
  }

  /** Reads another session from now on. */
  turnTo(source: ReplicaSource): void {
    this.#source = source
    this.values.clear()
  }

  /** An attribute's value, which is kept from now on. */
  attribute(name: string): Value | undefined {
    const known = this.values.get(name)
    if (known !== undefined) return known
    const base = this.replica.get(name)
    this.#read ??= new Map()
    this.#read.set(name, base)
    const value = this.#pending.concerns(name) ? this.#pending.valueOf(name, base && copyOf(base)) : base
    if (value === undefined) return undefined
    this.values.set(name, deepFreeze(value))
    if (base !== undefined) deepFreeze(base)
    this.given(name, value)
    return value
  }

  /** An attribute has to be decoded anew. */
  forget(name: string): void {
    if (this.values.get(name) !== undefined) this.values.set(name, undefined)
  }

  /** An attribute's value decoded anew: the caller's own. */
  copy(name: string): Value | undefined {
    const base = this.replica.get(name)
    return this.#pending.concerns(name) ? this.#pending.valueOf(name, base) : base
  }

  /** The names of all attributes that have a value. */
  names(): string[] {
    const names = new Set(this.replica.names())
    for (const name of this.#pending.names()) {
      if (this.attribute(name) === undefined) names.delete(name)
      else names.add(name)
    }
    return [...names]
  }

  /** All attributes that have a value, decoded anew: the caller's own. */
  all(): Map<string, Value> {
    const all = this.replica.entries()
    for (const name of this.#pending.names()) {
      const value = this.copy(name)
      if (value === undefined) all.delete(name)
      else all.set(name, value)
    }
    return all
  }

  /** What the app saw last at this path; where it saw nothing yet, what it would see. Not to be changed. */
  seen(name: string): Value | undefined {
    const attribute = attributeOf(name)
    const shown = this.#shown?.get(attribute)
    if (shown === undefined) return within(this.attribute(attribute), keysOf(name))
    const since = this.#since?.get(attribute)
    return within(since === undefined ? shown : overlaid(copyOf(shown), since), keysOf(name))
  }

  /** The app has seen this value of an attribute: it was handed it, or gave it itself. */
  given(name: string, value: Value): void {
    if (typeof value === 'object') (this.#shown ??= new Map()).set(name, value)
    else this.#shown?.delete(name)
    this.#since?.delete(name)
  }

  /** This handle wrote to an attribute. */
  wrote(operation: AttributeOperation): void {
    const attribute = attributeOf(operation.name)
    this.forget(attribute)
    if (this.#shown?.has(attribute) !== true) return
    this.#since ??= new Map()
    const since = this.#since.get(attribute)
    if (since === undefined) this.#since.set(attribute, [operation])
    else since.push(operation)
  }

  /** Attributes are not what they were: others changed them, or this handle did. */
  changed(attributes: Iterable<string>): void {
    for (const name of attributes) this.forget(name)
  }

  /** Saved operations of this handle on these attributes are in the replica now, or never will be. */
  settled(attributes: Iterable<string>): void {
    for (const name of attributes) {
      this.forget(name)
      this.#read?.delete(name)
    }
  }

  /** The condition that a value is still the one that was read. */
  expectation(path: string | readonly string[]): ExpectOperation {
    const name = nameOf(path)
    return { op: 'expect', name, hash: hashOf(within(this.#lastRead(attributeOf(name)), keysOf(name))) }
  }

  #lastRead(attribute: string): Value | undefined {
    // What an own save under way makes of it the primary will have done by then.
    if (this.#pending.isUnderWay(attribute)) return this.#pending.savedValueOf(attribute, this.replica.get(attribute))
    return this.#read?.has(attribute) === true ? this.#read.get(attribute) : this.replica.get(attribute)
  }
}

/** Whether a name is a path's, of more than one step. */
export function isPath(name: string): boolean {
  return name.includes(SEPARATOR)
}

/** A deep copy of a value, with objects that have no prototype. */
export function copyOf(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return value.slice()
  if (Array.isArray(value)) return value.map(copyOf)
  const copy: { [key: string]: Value } = Object.create(null)
  for (const [key, member] of Object.entries(value)) copy[key] = copyOf(member)
  return copy
}
