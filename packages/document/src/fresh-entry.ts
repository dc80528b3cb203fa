/**
 * An entry on its way into a compact document, appended here or merged from an update.
 *
 * Invariant: the bytes it points to are an admitted name and, if any, an admitted value.
 */
import { REPLACED, type SegmentCursor } from './segment.js'
import { textOf } from './byte-reader.js'
import { equalBytes } from './byte-writer.js'

/** Where a name and a value are in some bytes. A `valueLength` of 0 means a removal. */
export interface EntryPlace {
  readonly nameAt: number
  readonly nameLength: number
  readonly valueAt: number
  readonly valueLength: number
}

/** A live entry to be written, and what is found out about it while the older ones are passed. */
export class FreshEntry {
  readonly names: Uint8Array
  readonly values: Uint8Array
  readonly place: EntryPlace

  /** One of REPLACED but `near`: what the entry replaced. */
  replaced: number = REPLACED.nothing
  replacedWriter = -1
  replacedClock = 0

  /** Whether an older entry of the same name lives on beside it, as after concurrent writes. */
  hasTwin = false

  /** Whether the name had the same value (or, for a removal, none) before. */
  sameValue: boolean

  constructor(names: Uint8Array, values: Uint8Array, place: EntryPlace) {
    this.names = names
    this.values = values
    this.place = place
    this.sameValue = place.valueLength === 0
  }

  /** The entry's name as text. */
  get name(): string {
    return textOf(this.names, this.place.nameAt, this.place.nameAt + this.place.nameLength)
  }

  /** Whether the older entry under the cursor has the same name. */
  succeeds(older: SegmentCursor): boolean {
    return older.isNamed(this.names, this.place.nameAt, this.place.nameLength)
  }

  /** Takes note of the value that an older entry of the same name has; the last one noted counts. */
  noteValue(older: SegmentCursor): void {
    this.noteValueAt(older.bytes, { at: older.valueAt, length: older.valueLength })
  }

  /** The same, given where that value is. */
  noteValueAt(bytes: Uint8Array, { at, length }: { readonly at: number; readonly length: number }): void {
    const { valueAt, valueLength } = this.place
    this.sameValue = length === valueLength && equalBytes(bytes, at, this.values, valueAt, valueLength)
  }

  /** Takes note that the older entry dies with this one's birth. One can be remembered, more cannot. */
  noteReplaced(older: SegmentCursor): void {
    this.replaced = this.replaced === REPLACED.nothing ? REPLACED.given : REPLACED.unknown
    this.replacedWriter = older.writer
    this.replacedClock = older.clock
  }
}

/** With more fresh entries than this, looking them up by name beats comparing with each. */
const FEW = 8

/** Finds, for older entries, the fresh one that has the same name: the youngest if there are several. */
export class Successors {
  readonly #fresh: readonly FreshEntry[]
  #byName: Map<string, FreshEntry> | undefined

  constructor(fresh: readonly FreshEntry[]) {
    this.#fresh = fresh
  }

  /** The fresh entry with the name of the live entry under the cursor. */
  of(older: SegmentCursor): FreshEntry | undefined {
    if (this.#fresh.length <= FEW) return this.#fresh.findLast((entry) => entry.succeeds(older))
    this.#byName ??= new Map(this.#fresh.map((entry) => [entry.name, entry]))
    return this.#byName.get(older.name)
  }
}
