/**
 * What a handle's calls come to: checked, and made into operations that wait for the next save.
 *
 * Invariant: whatever is thrown, nothing has changed.
 */
import type { Value } from '@understudy/document'
import { decodeValue, encodeValue } from '@understudy/document'
import type { AttributeOperation, Member, Path } from '@understudy/session'
import { ancestorsOf, attributeOf, isMember, keysOf, nameOf, readable, SetOperation, stepOf, within } from '@understudy/session'
import type { Change } from './difference.js'
import { difference, isPlain } from './difference.js'
import { Edits } from './edits.js'
import type { FrozenNames } from './frozen-names.js'
import type { PendingOperations } from './pending-operations.js'
import { isPath, type Reading } from './reading.js'
import { toUnderstudyError, UnderstudyError } from './understudy-error.js'

/** The writes of one handle. */
export class Writing {
  readonly #pending: PendingOperations
  readonly #reading: Reading
  /** Made for the first. */
  #edits: Edits | undefined

  constructor(pending: PendingOperations, reading: Reading) {
    this.#pending = pending
    this.#reading = reading
  }

  /** Whether the attribute can never change again, or will not after the next save. */
  isFrozen(name: string): boolean {
    return this.#reading.replica.isFrozen(name) || this.#pending.freezes(attributeOf(name))
  }

  /** What is not at hand: of a path, of an attribute that changed, or of one that the app may change in place. */
  read(path: string | Path): Value | undefined {
    // No attribute has such a name, and what is kept under it would not be told that it changed.
    if (typeof path === 'string' && isPath(path)) return undefined
    const attribute = typeof path === 'string' ? path : attributeOf(checked(() => nameOf(path)))
    const isEdited = this.#edits?.draftOf(attribute) !== undefined
    if (isEdited) this.#collect(attribute)
    const value = this.#reading.attribute(attribute)
    if (isEdited) this.#reading.forget(attribute)
    return typeof path === 'string' ? value : within(value, path.slice(1))
  }

  /** As `SessionHandle.set`. */
  set(path: string | Path, value: unknown): void {
    const name = this.#writable(path)
    const encoded = checked(() => encodeValue(value), name)
    if (isPlain(value)) return this.#setObject(name, encoded)
    this.#makeParents(name)
    this.#forgetEdit(name)
    this.#add(new SetOperation(name, encoded))
    // Text is read as it was set; other values are decoded, as they are on every replica.
    if (typeof value === 'string' && !isPath(name)) this.#reading.values.set(name, value)
  }

  /** As `SessionHandle.remove`. */
  remove(path: string | Path): void {
    const name = this.#writable(path)
    this.#forgetEdit(name)
    this.#add({ op: 'remove', name })
  }

  /** As `SessionHandle.change`. */
  change(changes: readonly Change[]): void {
    const operations = changes.map((change) => this.#operationOf(change))
    for (const operation of operations) {
      this.#forgetEdit(operation.name)
      this.#add(operation)
    }
  }

  /** As `SessionHandle.edit`. */
  edit(name: string, initial: object | undefined): Value | undefined {
    this.#writable(name)
    const draft = this.#edits?.draftOf(name)
    if (draft !== undefined) return draft
    if (initial !== undefined && this.read(name) === undefined) this.set(name, initial)
    const value = this.read(name)
    if (value === undefined) return undefined
    if (typeof value !== 'object' || value === null) throw new UnderstudyError('ATTRIBUTE_NOT_AN_OBJECT', { attribute: name })
    this.#reading.forget(name)
    this.#edits ??= new Edits()
    return this.#edits.begin(name, value)
  }

  /** As `SessionHandle.freeze`. */
  freeze(name: string): void {
    checked(() => nameOf(name))
    if (this.isFrozen(name)) return
    if (this.read(name) === undefined) throw new UnderstudyError('ATTRIBUTE_MISSING', { attribute: name })
    this.#forgetEdit(name)
    this.#add({ op: 'freeze', name })
  }

  /** As `SessionHandle.increment`. */
  increment(path: string | Path, by: number): void {
    const name = this.#writable(path)
    const attribute = attributeOf(name)
    const found = this.read(path)
    const value = found === undefined ? 0 : found
    if (typeof value !== 'number') throw new UnderstudyError('ATTRIBUTE_NOT_A_NUMBER', { attribute })
    if (typeof by !== 'number' || !Number.isFinite(by) || !Number.isFinite(value + by)) {
      const message = `${JSON.stringify(readable(name))} cannot be incremented by ${String(by)}. Use finite numbers.`
      throw new UnderstudyError('NUMBER_OUT_OF_RANGE', { attribute, message })
    }
    this.#makeParents(name)
    this.#add({ op: 'increment', name, by })
  }

  /** As `SessionHandle.add` and `SessionHandle.discard`. */
  changeSet(op: 'add' | 'discard', path: string | Path, member: Member): void {
    const name = this.#writable(path)
    const value = this.read(path)
    const isSet = value === undefined || (Array.isArray(value) && value.every((one) => isMember(one)))
    if (!isSet) throw new UnderstudyError('ATTRIBUTE_NOT_A_SET', { attribute: attributeOf(name) })
    checked(() => stepOf(attributeOf(name), member), name)
    if (op === 'add') this.#makeParents(name)
    this.#add({ op, name, member })
  }

  /** Freezes what the rule names and the next save gives a value. */
  freezeByName(rule: FrozenNames): void {
    if (rule.isEmpty) return
    for (const name of this.#pending.unsavedNames) {
      if (rule.has(name) && this.read(name) !== undefined) this.freeze(name)
    }
  }

  /** Takes over what the app changed in place. @throws UnderstudyError VALUE_NOT_STORABLE… */
  collect(): void {
    if (this.#edits !== undefined) for (const name of this.#edits.names()) this.#collect(name)
  }

  #collect(attribute: string): void {
    if (this.#edits === undefined) return
    const operations = this.#edits.changes(attribute).map((change) => this.#operationOf(change))
    if (operations.length > 0) this.#edits.compared(attribute)
    for (const operation of operations) this.#add(operation)
  }

  /** What was handed out for editing counts no more; up to now it does. */
  #forgetEdit(name: string): void {
    if (this.#edits === undefined) return
    const attribute = attributeOf(name)
    this.#collect(attribute)
    this.#edits.drop(attribute)
  }

  /** Writes what differs between an object and what this handle showed last. */
  #setObject(name: string, encoded: Uint8Array): void {
    const value = decodeValue(encoded)
    const attribute = attributeOf(name)
    this.#collect(attribute)
    const changes = difference(this.#reading.seen(name), value, [attribute, ...keysOf(name)])
    const operations = changes.map((change) => this.#operationOf(change))
    if (operations.length > 0) this.#makeParents(name)
    this.#edits?.drop(attribute)
    for (const operation of operations) this.#add(operation)
    if (!isPath(name)) this.#reading.given(name, value)
  }

  #operationOf(change: Change): AttributeOperation {
    const name = this.#writable(change.path)
    if (change.kind === 'remove') return { op: 'remove', name }
    if (change.kind === 'make') return { op: 'make', name }
    return new SetOperation(name, checked(() => encodeValue(change.value), name))
  }

  /** Makes the objects that a path leads through, where there are none. @throws UnderstudyError ATTRIBUTE_NOT_AN_OBJECT */
  #makeParents(name: string): void {
    if (!isPath(name)) return
    const attribute = attributeOf(name)
    const whole = this.read(attribute)
    const missing: string[] = []
    for (const ancestor of ancestorsOf(name)) {
      const value = within(whole, keysOf(ancestor))
      if (value === undefined) missing.push(ancestor)
      else if (!isPlain(value)) throw new UnderstudyError('ATTRIBUTE_NOT_AN_OBJECT', { attribute })
    }
    for (const ancestor of missing) this.#add({ op: 'make', name: ancestor })
  }

  #add(operation: AttributeOperation): void {
    this.#pending.add(operation)
    this.#reading.wrote(operation)
  }

  /** The name of what a path leads to, if it may be written. */
  #writable(path: string | readonly string[]): string {
    const name = checked(() => nameOf(path), path)
    if (this.isFrozen(name)) throw new UnderstudyError('ATTRIBUTE_FROZEN', { attribute: attributeOf(name) })
    return name
  }
}

/** Runs a check of the packages below; its error becomes an UnderstudyError that names the attribute. */
export function checked<T>(check: () => T, name?: unknown): T {
  try {
    return check()
  } catch (error) {
    throw toUnderstudyError(error, typeof name === 'string' ? attributeOf(name) : undefined)
  }
}
