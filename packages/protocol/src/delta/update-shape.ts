/**
 * Recognises V1 updates of the shape that a session's writer makes: one writer, structs chained one on the other, each
 * a run of entries `[name, value]` or `[name]` or a run of deleted ones, then a delete set in ascending order.
 *
 * Only what can be rebuilt byte by byte is recognised; anything else, damaged or merely unusual, is `undefined` and
 * travels as it is. Whether an update is *right* is not judged here: that is the strict check of `document`.
 */

import { ByteReader } from '../bytes/byte-reader.js'
import type { Root } from '../link/expected-chains.js'
import { ProtocolError } from '../protocol-error.js'
import { skipValue } from './skip-value.js'
import {
  ANY_ARRAY,
  ANY_STRING,
  CONTENT_ANY,
  CONTENT_DELETED,
  HAS_ORIGIN,
  LINK_BITS,
  PARENT_IS_ROOT,
} from './yjs-v1.js'

/** Clocks and lengths from here on travel unpacked, so that sums of a few of them are exact. */
export const CLOCK_LIMIT = 2 ** 31

/** Delete sets of more writers travel unpacked, so that naming them never makes an update much longer. */
const MOST_DELETION_WRITERS = 8

/** An entry's place in the update. */
export interface EntryShape {
  /** Where the name's bytes begin. */
  readonly name: number
  /** Where they end and the value begins. */
  readonly value: number
  /** Where the value ends; the same as `value` for a removal. */
  readonly end: number
}

/** A struct: entries, or a run of `deleted` items. */
export interface StructShape {
  readonly entries: readonly EntryShape[]
  readonly deleted: number
}

/** Deleted items of one writer: clock and length in turn, ascending. */
export interface DeletionShape {
  readonly writer: number
  readonly ranges: readonly number[]
}

/** The id of an item. */
export interface ItemId {
  readonly writer: number
  readonly clock: number
}

/** An update of our shape, taken apart; names and values stay where they are. */
export interface UpdateShape {
  readonly writer: number
  /** Clock of the first struct. */
  readonly clock: number
  /** Clock after the last struct. */
  readonly end: number
  /** What the first struct hangs on, when that is neither the item before it nor the beginning of the document. */
  readonly origin: ItemId | undefined
  readonly structs: readonly StructShape[]
  readonly deletions: readonly DeletionShape[]
}

const reader = new ByteReader()

/** The shape of an update; `undefined` when it is not ours. */
export function shapeOf(update: Uint8Array, root: Root): UpdateShape | undefined {
  try {
    reader.reset(update)
    return readUpdate(root)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

function readUpdate(root: Root): UpdateShape | undefined {
  if (reader.varUint() !== 1) return undefined
  const count = reader.varUint()
  const writer = reader.varUint()
  const clock = reader.varUint()
  if (count === 0 || clock >= CLOCK_LIMIT) return undefined
  const structs: StructShape[] = []
  let origin: ItemId | undefined
  let end = clock
  for (let index = 0; index < count; index++) {
    const info = reader.uint8()
    const link = info & LINK_BITS
    if (link === 0 ? end !== 0 || !readRoot(root) : link !== HAS_ORIGIN) return undefined
    if (link === HAS_ORIGIN) {
      const hookWriter = reader.varUint()
      const hookClock = reader.varUint()
      const chained = hookWriter === writer && hookClock === end - 1
      if (!chained && (index > 0 || hookClock >= CLOCK_LIMIT)) return undefined
      if (!chained) origin = { writer: hookWriter, clock: hookClock }
    }
    const struct = readContent(info - link)
    if (struct === undefined) return undefined
    structs.push(struct)
    end += struct.deleted + struct.entries.length
    if (end >= CLOCK_LIMIT) return undefined
  }
  const deletions = readDeletions()
  return deletions && reader.left === 0 ? { writer, clock, end, origin, structs, deletions } : undefined
}

function readRoot(root: Root): boolean {
  return reader.varUint() === PARENT_IS_ROOT && reader.text(root.length) === root
}

function readContent(kind: number): StructShape | undefined {
  const length = reader.varUint()
  if (length === 0) return undefined
  if (kind === CONTENT_DELETED) return { entries: [], deleted: length }
  if (kind !== CONTENT_ANY) return undefined
  const entries: EntryShape[] = []
  for (let index = 0; index < length; index++) {
    if (reader.uint8() !== ANY_ARRAY) return undefined
    const parts = reader.uint8()
    if (parts < 1 || parts > 2 || reader.uint8() !== ANY_STRING) return undefined
    const size = reader.varUint()
    const name = reader.position
    reader.skip(size)
    const value = reader.position
    if (parts === 2) skipValue(reader)
    entries.push({ name, value, end: reader.position })
  }
  return { entries, deleted: 0 }
}

function readDeletions(): readonly DeletionShape[] | undefined {
  const count = reader.varUint()
  if (count > MOST_DELETION_WRITERS) return undefined
  const deletions: DeletionShape[] = []
  for (let index = 0; index < count; index++) {
    const writer = reader.varUint()
    const ranges = readRanges()
    if (ranges === undefined) return undefined
    deletions.push({ writer, ranges })
  }
  return deletions
}

function readRanges(): readonly number[] | undefined {
  const count = reader.varUint()
  const ranges: number[] = []
  let end = 0
  for (let index = 0; index < count; index++) {
    const clock = reader.varUint()
    const length = reader.varUint()
    if (clock < end || length >= CLOCK_LIMIT || clock >= CLOCK_LIMIT) return undefined
    ranges.push(clock, length)
    end = clock + length
  }
  return ranges
}
