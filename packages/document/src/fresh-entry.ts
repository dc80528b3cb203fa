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

  /** Whether the name had the same value (or, for a removal, none) before. */
  sameValue: boolean

  constructor(names: Uint8Array, values: Uint8Array, place: EntryPlace) {
    this.names = names
    this.values = values
    this.place = place
    this.sameValue = place.valueLength === 0
  }

  get name(): string {
    return textOf(this.names, this.place.nameAt, this.place.nameAt + this.place.nameLength)
  }

  /** Whether the older entry under the cursor has the same name. */
  succeeds(older: SegmentCursor): boolean {
    return older.isNamed(this.names, this.place.nameAt, this.place.nameLength)
  }

  /** Takes note of the value that an older entry of the same name has; the last one noted counts. */
  noteValue(older: SegmentCursor): void {
    const { valueAt, valueLength } = this.place
    this.sameValue =
      older.valueLength === valueLength && equalBytes(older.bytes, older.valueAt, this.values, valueAt, valueLength)
  }

  /** Takes note that the older entry dies with this one's birth. One can be remembered, more cannot. */
  noteReplaced(older: SegmentCursor): void {
    this.replaced = this.replaced === REPLACED.nothing ? REPLACED.given : REPLACED.unknown
    this.replacedWriter = older.writer
    this.replacedClock = older.clock
  }
}

/** The youngest of the fresh entries that has the name of the entry under the cursor. */
export function successorOf(older: SegmentCursor, fresh: readonly FreshEntry[]): FreshEntry | undefined {
  for (let i = fresh.length - 1; i >= 0; i--) {
    const entry = fresh[i]
    if (entry?.succeeds(older) === true) return entry
  }
  return undefined
}
