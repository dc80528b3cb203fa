/**
 * The bytes of a compact document: its segments in the order of the array, and the cursor that reads them.
 *
 *     segment = tag  [writer clock]  [origin writer, origin clock]  rest
 *       writer, clock   id of the segment's first item; left out if it FOLLOWS: it continues the item before, which
 *                       has the same writer and the clock before, and is its origin
 *       origin          what was the array's last item when this one was appended: the item before it now (BEFORE),
 *                       NONE because its writer began with it, or GIVEN because concurrent items came between
 *       rest of a run of deleted items   length
 *       rest of a live entry             [replaced]  name length, value length, name, value
 *
 * Numbers are as lib0's varUint and below 2^31; writers are indices into the document's table of writers. A value
 * length of 0 means a removal (no value is empty). `replaced` says which entry died with this one's birth; it is
 * known for certain or marked UNKNOWN, and lets a delta's delete set be short.
 *
 * Invariants: every item has exactly one segment; two deleted runs never stand side by side if the second FOLLOWS
 * the first; items of one writer appear in ascending order of their clocks.
 */

import { textOf } from './byte-reader.js'

/** Bit 0 of a tag: a live entry, else a run of deleted items. */
export const LIVE = 1
/** Bit 1 of a tag: continues the item before. */
export const FOLLOWS = 2

/** Bits 2–3 of a tag: where an item's origin is. */
export const ORIGIN = { before: 0, none: 1 << 2, given: 2 << 2 } as const
export const ORIGIN_BITS = 3 << 2

/** Bits 4–5 of a tag: a live entry replaced nothing, an item of its own writer (by distance), any item, or who knows */
export const REPLACED = { nothing: 0, near: 1 << 4, given: 2 << 4, unknown: 3 << 4 } as const
const REPLACED_BITS = 3 << 4

/** Where segments are. */
export interface Segments {
  readonly bytes: Uint8Array
  /** How many of the bytes are in use. */
  readonly used: number
}

/** Where the winning value of a name is. */
export interface ValuePlace {
  readonly at: number
  /** In bytes. 0: the name was removed. */
  readonly length: number
  readonly nameLength: number
}

/** Reads segments one by one; its fields tell about the one read last. Trusts the bytes: this package wrote them. */
export class SegmentCursor {
  bytes: Uint8Array
  #end: number

  /** Offset of the segment's tag. */
  start = 0
  /** Offset behind the segment. */
  at = 0

  live = false
  follows = false
  /** Index of the writer. */
  writer = -1
  /** Clock of the first item. */
  clock = 0
  /** Items in the segment; 1 if live. */
  length = 0

  /** Index of the origin's writer, or -1 when there is no origin. */
  originWriter = -1
  originClock = 0

  /** One of REPLACED. */
  replaced: number = REPLACED.nothing
  replacedWriter = -1
  replacedClock = 0

  /** Where the lengths of name and value are. */
  lengthsAt = 0
  nameAt = 0
  nameLength = 0
  valueAt = 0
  /** 0: a removal. */
  valueLength = 0

  constructor({ bytes, used }: Segments, at = 0) {
    this.bytes = bytes
    this.#end = used
    this.at = at
  }

  /** Begins anew, before the first of these segments, which is at `at`. */
  reset({ bytes, used }: Segments, at = 0): void {
    this.bytes = bytes
    this.#end = used
    this.at = at
    this.writer = this.originWriter = -1
    this.clock = this.length = 0
  }

  /** Goes to the last of these segments, which is at `at` and FOLLOWS; `next` then reads it. */
  seekLast({ bytes, used }: Segments, at: number, writer: number, clock: number): void {
    this.bytes = bytes
    this.#end = used
    this.at = at
    this.writer = writer
    this.clock = clock - 1
    this.length = 1
  }

  /** Clock of the last item. */
  get lastClock(): number {
    return this.clock + this.length - 1
  }

  /** The live entry's name. */
  get name(): string {
    return textOf(this.bytes, this.nameAt, this.nameAt + this.nameLength)
  }

  /** Goes to the next segment; false behind the last. */
  next(): boolean {
    if (this.at >= this.#end) return false
    this.start = this.at
    const tag = this.bytes[this.at++] ?? 0
    this.live = (tag & LIVE) !== 0
    this.#readIds(tag)
    if (this.live) this.#readEntry(tag & REPLACED_BITS)
    else this.length = this.#varUint()
    return true
  }

  /** Whether the entry has this name, given as bytes. */
  isNamed(names: Uint8Array, nameAt: number, nameLength: number): boolean {
    if (this.nameLength !== nameLength) return false
    for (let i = 0; i < nameLength; i++) {
      if (this.bytes[this.nameAt + i] !== names[nameAt + i]) return false
    }
    return true
  }

  #readIds(tag: number): void {
    const lastWriter = this.writer
    const lastClock = this.lastClock
    this.follows = (tag & FOLLOWS) !== 0
    this.writer = this.follows ? lastWriter : this.#varUint()
    this.clock = this.follows ? lastClock + 1 : this.#varUint()
    switch (tag & ORIGIN_BITS) {
      case ORIGIN.before:
        this.originWriter = lastWriter
        this.originClock = lastClock
        break
      case ORIGIN.given:
        this.originWriter = this.#varUint()
        this.originClock = this.#varUint()
        break
      default:
        this.originWriter = -1
    }
  }

  #readEntry(replaced: number): void {
    this.length = 1
    this.replaced = replaced
    if (replaced === REPLACED.near) {
      this.replacedWriter = this.writer
      this.replacedClock = this.clock - this.#varUint()
    } else if (replaced === REPLACED.given) {
      this.replacedWriter = this.#varUint()
      this.replacedClock = this.#varUint()
    }
    this.lengthsAt = this.at
    this.nameLength = this.#varUint()
    this.valueLength = this.#varUint()
    this.nameAt = this.at
    this.valueAt = this.at + this.nameLength
    this.at = this.valueAt + this.valueLength
  }

  #varUint(): number {
    let byte = this.bytes[this.at++] ?? 0
    if (byte < 0x80) return byte
    let number = byte & 0x7f
    for (let shift = 7; ; shift += 7) {
      byte = this.bytes[this.at++] ?? 0
      number |= (byte & 0x7f) << shift
      if (byte < 0x80) return number
    }
  }
}
