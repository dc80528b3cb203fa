/**
 * A handle's operations that its replica does not show yet, and what attributes look like with them.
 *
 * ```
 *  add ──► unsaved ──take──► batch in flight ──settle──► gone (the replica shows it, or it was refused)
 *             ▲                     │
 *             └──────restore────────┘ (it was never sent)
 * ```
 * Invariants: batches are in the order in which they were taken; operations of one name are folded in the order in
 * which they were made; operations of different names are independent, so only the order within a name is kept.
 */
import type { Value } from '@understudy/document'
import { decodeValue } from '@understudy/document'
import type { Operation } from '@understudy/session'

/** Operations that were taken for one save. */
export interface Batch {
  /** In the order in which they apply. */
  readonly operations: readonly Operation[]
  /** The same by attribute. */
  readonly byName: ReadonlyMap<string, readonly Operation[]>
}

const NO_BATCHES: readonly Batch[] = []
const NO_OPERATIONS: readonly Operation[] = []
const NO_BATCH: Batch = { operations: NO_OPERATIONS, byName: new Map() }

/** The overlay of one handle. */
export class PendingOperations {
  /**
   * By name; at most one set or remove, one increment and one freeze each. Made for the first operation only: a Map that
   * waits to be used grows old, and then keeps what was put into it from being collected young.
   */
  #unsaved: Map<string, readonly Operation[]> | undefined
  /** In flight, oldest first. */
  #batches: readonly Batch[] = NO_BATCHES

  /** Whether anything waits for the next save. */
  get hasUnsaved(): boolean {
    return this.#unsaved !== undefined
  }

  /** Whether a save is under way. */
  get hasBatches(): boolean {
    return this.#batches.length > 0
  }

  /** Notes an operation; it replaces unsaved ones of the same name that it makes pointless. */
  add(operation: Operation): void {
    this.#unsaved ??= new Map()
    this.#unsaved.set(operation.name, followedBy(this.#unsaved.get(operation.name) ?? NO_OPERATIONS, operation))
  }

  /** Takes all unsaved operations for one save; the batch is empty when there are none. */
  take(): Batch {
    const byName = this.#unsaved
    if (byName === undefined) return NO_BATCH
    const [only] = byName.values()
    const operations = byName.size === 1 && only !== undefined ? only : [...byName.values()].flat()
    const batch = { operations, byName }
    this.#unsaved = undefined
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
    const later = this.#unsaved ?? NO_BATCH.byName
    this.#unsaved = undefined
    for (const operation of batch.operations) this.add(operation)
    for (const operation of [...later.values()].flat()) this.add(operation)
  }

  /** Forgets everything. */
  clear(): void {
    this.#unsaved = undefined
    this.#batches = NO_BATCHES
  }

  /** Names that any operation concerns. */
  names(): ReadonlySet<string> {
    const unsaved = (this.#unsaved ?? NO_BATCH.byName).keys()
    if (this.#batches.length === 0) return new Set(unsaved)
    return new Set([...this.#batches.flatMap((batch) => [...batch.byName.keys()]), ...unsaved])
  }

  /** Whether any operation concerns the attribute. */
  concerns(name: string): boolean {
    return this.#unsaved?.has(name) === true || this.#batches.some((batch) => batch.byName.has(name))
  }

  /** Whether a freeze of the attribute is pending. */
  freezes(name: string): boolean {
    return this.#of(name).some((operation) => operation.op === 'freeze')
  }

  /** The attribute's value after the operations, decoded anew; `base` is its value in the replica. */
  valueOf(name: string, base: Value | undefined): Value | undefined {
    let value: Value | undefined = base
    let encoded: Uint8Array | undefined
    for (const operation of this.#of(name)) {
      if (operation.op === 'set') encoded = operation.value
      else if (operation.op === 'remove') encoded = value = undefined
      else if (operation.op === 'increment') {
        if (encoded) value = decodeValue(encoded)
        encoded = undefined
        // A replica whose value became something else meanwhile: the primary will refuse; until then it stays as it is.
        if (value === undefined) value = operation.by
        else if (typeof value === 'number') value += operation.by
      }
    }
    return encoded ? decodeValue(encoded) : value
  }

  /** The operations of one name, oldest first. */
  #of(name: string): readonly Operation[] {
    const unsaved = this.#unsaved?.get(name) ?? NO_OPERATIONS
    if (this.#batches.length === 0) return unsaved
    return [...this.#batches.flatMap((batch) => batch.byName.get(name) ?? []), ...unsaved]
  }
}

/** One name's unsaved operations with one more. */
function followedBy(earlier: readonly Operation[], operation: Operation): readonly Operation[] {
  switch (operation.op) {
    case 'set':
    case 'remove':
      return [operation]
    case 'freeze':
      return [...earlier, operation]
    case 'increment': {
      const last = earlier.at(-1)
      if (last?.op !== 'increment') return [...earlier, operation]
      return [...earlier.slice(0, -1), { ...operation, by: last.by + operation.by }]
    }
  }
}
