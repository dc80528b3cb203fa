/**
 * A handle's operations that its replica does not show yet, and what attributes look like with them.
 *
 * ```
 *  add ──► unsaved ──take──► batch in flight ──settle──► gone (the replica shows it, or it was refused)
 *             ▲                     │
 *             └──────restore────────┘ (it was never sent)
 * ```
 * Invariants: batches are in the order in which they were taken; operations of one attribute are folded in the order in
 * which they were made; operations of different attributes are independent, so only the order within one is kept.
 */
import type { Value } from '@understudy/document'
import { attributeOf, isBelow, type AttributeOperation, type Operation, type TermsOperation } from '@understudy/session'
import { OperationsByAttribute } from './operations-by-attribute.js'
import { overlaid } from './overlay.js'

/** Operations that were taken for one save. */
export class Batch {
  /** In the order in which they apply. */
  readonly operations: readonly Operation[]
  /** Those that concern attributes; not to be changed. */
  readonly byAttribute: OperationsByAttribute

  constructor(operations: readonly Operation[], byAttribute: OperationsByAttribute) {
    this.operations = operations
    this.byAttribute = byAttribute
  }
}

const NO_BATCHES: readonly Batch[] = []
const NOTHING = new OperationsByAttribute()
const NO_BATCH = new Batch(NOTHING.all, NOTHING)

/** The overlay of one handle. */
export class PendingOperations {
  /**
   * None that a later one made pointless. Made for the first operation only: what waits to be used grows old, and then
   * keeps what is put into it from being collected young.
   */
  #unsaved: OperationsByAttribute | undefined
  /** The terms to be set, if any. */
  #terms: TermsOperation | undefined
  /** In flight, oldest first. */
  #batches: readonly Batch[] = NO_BATCHES

  /** Whether anything waits for the next save. */
  get hasUnsaved(): boolean {
    return this.#unsaved !== undefined || this.#terms !== undefined
  }

  /** Whether a save is under way. */
  get hasBatches(): boolean {
    return this.#batches.length > 0
  }

  /** The attributes that the next save concerns. */
  get unsavedNames(): readonly string[] {
    return (this.#unsaved ?? NOTHING).attributes
  }

  /** Notes an operation; it replaces unsaved ones of the same part that it makes pointless. */
  add(operation: Operation): void {
    if (operation.op === 'terms') {
      this.#terms = operation
      return
    }
    const attribute = attributeOf(operation.name)
    this.#unsaved ??= new OperationsByAttribute()
    this.#unsaved.put(attribute, followedBy(this.#unsaved.of(attribute), operation))
  }

  /** Takes all unsaved operations for one save; the batch is empty when there are none. */
  take(): Batch {
    const byAttribute = this.#unsaved ?? NOTHING
    let operations: readonly Operation[] = byAttribute.all
    if (this.#terms !== undefined) operations = [...operations, this.#terms]
    if (operations.length === 0) return NO_BATCH
    const batch = new Batch(operations, byAttribute)
    this.#unsaved = undefined
    this.#terms = undefined
    this.#batches = this.#batches.length === 0 ? [batch] : [...this.#batches, batch]
    return batch
  }

  /** The replica shows the batch, or never will; false when that was known. */
  settle(batch: Batch): boolean {
    if (this.#batches.length === 1 && this.#batches[0] === batch) {
      this.#batches = NO_BATCHES
      return true
    }
    const left = this.#batches.filter((other) => other !== batch)
    if (left.length === this.#batches.length) return false
    this.#batches = left
    return true
  }

  /** The batch was not sent: its operations wait for the next save again, before those made since. */
  restore(batch: Batch): void {
    if (!this.settle(batch)) return
    const later = this.#unsaved ?? NOTHING
    const laterTerms = this.#terms
    this.#unsaved = undefined
    for (const operation of batch.operations) this.add(operation)
    for (const operation of later.all) this.add(operation)
    if (laterTerms !== undefined) this.#terms = laterTerms
  }

  /** Forgets everything. */
  clear(): void {
    this.#unsaved = undefined
    this.#terms = undefined
    this.#batches = NO_BATCHES
  }

  /** Attributes that any operation concerns. */
  names(): ReadonlySet<string> {
    const unsaved = this.unsavedNames
    if (this.#batches.length === 0) return new Set(unsaved)
    return new Set([...this.#batches.flatMap((batch) => batch.byAttribute.attributes), ...unsaved])
  }

  /** Whether any operation concerns the attribute. */
  concerns(name: string): boolean {
    return this.#unsaved?.has(name) === true || this.isUnderWay(name)
  }

  /** Whether a save under way concerns the attribute. */
  isUnderWay(name: string): boolean {
    return this.#batches.length > 0 && this.#batches.some((batch) => batch.byAttribute.has(name))
  }

  /** Whether a freeze of the attribute is pending. */
  freezes(name: string): boolean {
    return this.concerns(name) && this.#of(name).some((operation) => operation.op === 'freeze')
  }

  /** The attribute's value after the operations; `base` is its value in the replica, and may be changed in place. */
  valueOf(name: string, base: Value | undefined): Value | undefined {
    return overlaid(base, this.#of(name))
  }

  /** The same after the saves under way alone. */
  savedValueOf(name: string, base: Value | undefined): Value | undefined {
    return overlaid(base, this.#batches.flatMap((batch) => batch.byAttribute.of(name)))
  }

  /** The operations of one attribute, oldest first. */
  #of(name: string): readonly AttributeOperation[] {
    const unsaved = (this.#unsaved ?? NOTHING).of(name)
    if (this.#batches.length === 0) return unsaved
    return [...this.#batches.flatMap((batch) => batch.byAttribute.of(name)), ...unsaved]
  }
}

/** One attribute's unsaved operations with one more. */
function followedBy(earlier: readonly AttributeOperation[], operation: AttributeOperation): readonly AttributeOperation[] {
  if (earlier.length === 0) return [operation]
  const { op, name } = operation
  switch (op) {
    case 'set':
    case 'remove':
      return [...earlier.filter((one) => one.name !== name && !isBelow(one.name, name)), operation]
    case 'make':
      return earlier.at(-1)?.op === 'make' && earlier.at(-1)?.name === name ? earlier : [...earlier, operation]
    case 'increment': {
      const last = earlier.at(-1)
      if (last?.op !== 'increment' || last.name !== name) return [...earlier, operation]
      return [...earlier.slice(0, -1), { ...operation, by: last.by + operation.by }]
    }
    case 'add':
    case 'discard':
    case 'freeze':
    case 'expect':
      return [...earlier, operation]
  }
}
