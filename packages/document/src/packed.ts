/**
 * A document at rest (resting.ts), packed: names and writers that many documents have stand as numbers (lexicon.ts).
 *
 *     packed  = as resting, but a writer is: 0, writer | its number
 *               and an entry: tag, ids, what it replaced, name, value      (for its own first bytes tell how long a value is)
 *       name  = twice its number | twice MOST_NUMBERS + length, name       and one more, if there is a value
 *
 * The length of the segments stays what it is unpacked, as does the tail: by it the reader knows where they end.
 */
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { MOST_NUMBERS } from './lexicon.js'
import type { Lexicon } from './lexicon.js'
import { FOLLOWS, LIVE, ORIGIN, ORIGIN_BITS, REPLACED, SegmentCursor } from './segment.js'
import { skipValue } from './value-bytes.js'

/** Ids that may have numbers. */
export type Ids = Lexicon['writers']

const cursor = new SegmentCursor({ bytes: new Uint8Array(0), used: 0 })

/** Writes an id, by number if it has one. */
export function packId(out: ByteWriter, id: number, ids: Ids): void {
  const number = ids.numberOf(id)
  out.varUint(number)
  if (number === 0) out.varUint(id)
}

/** Reads what `packId` wrote. */
export function unpackId(packed: ByteReader, ids: Ids): number {
  const number = packed.varUint()
  return number === 0 ? packed.varUint() : ids.idOf(number)
}

/** Packs a document that `Document.rest` wrote. */
export function packDocument(resting: ByteReader, out: ByteWriter, lexicon: Lexicon): void {
  const writers = resting.varUint()
  out.varUint(writers)
  if (writers === 0) return
  for (let left = writers; left > 0; left--) {
    packId(out, resting.varUint(), lexicon.writers)
    out.varUint(resting.varUint())
  }
  const used = copyLengths(resting, out, writers)
  const { bytes, at } = resting
  resting.skip(used)
  let from = at
  for (cursor.reset({ bytes, used: at + used }, at); cursor.next(); ) {
    if (!cursor.live) continue
    const { lengthsAt, nameAt, nameLength, valueLength, valueAt } = cursor
    const number = lexicon.names.numberOf(bytes, nameAt, nameLength)
    out.copy(bytes, from, lengthsAt)
    out.varUint(2 * (number === 0 ? MOST_NUMBERS + nameLength : number) + (valueLength === 0 ? 0 : 1))
    from = number === 0 ? nameAt : valueAt
  }
  out.copy(bytes, from, at + used)
}

/** Unpacks what `packDocument` wrote: the same bytes again. */
export function unpackDocument(packed: ByteReader, out: ByteWriter, lexicon: Lexicon): void {
  const writers = packed.varUint()
  out.varUint(writers)
  if (writers === 0) return
  for (let left = writers; left > 0; left--) {
    out.varUint(unpackId(packed, lexicon.writers))
    out.varUint(packed.varUint())
  }
  const used = copyLengths(packed, out, writers)
  const end = out.length + used
  let from = packed.at
  // What is between the two is copied as it is.
  while (out.length + packed.at - from < end) {
    const tag = packed.uint8()
    for (let numbers = numbersBehind(tag); numbers > 0; numbers--) packed.skipNumber()
    if ((tag & LIVE) === 0) continue
    out.copy(packed.bytes, from, packed.at)
    const code = packed.varUint()
    const told = Math.floor(code / 2)
    const name = told > MOST_NUMBERS ? undefined : lexicon.names.nameOf(told)
    const nameLength = name?.length ?? told - MOST_NUMBERS
    from = packed.at
    if (name === undefined) packed.skip(nameLength)
    const valueAt = packed.at
    if (code % 2 === 1) skipValue(packed)
    out.varUint(nameLength)
    out.varUint(packed.at - valueAt)
    if (name !== undefined) out.copy(name, 0, nameLength)
  }
  out.copy(packed.bytes, from, packed.at)
}

/** @returns the length of the segments */
function copyLengths(from: ByteReader, out: ByteWriter, writers: number): number {
  if (writers > 1) out.varUint(from.varUint())
  out.varUint(from.varUint())
  const used = from.varUint()
  out.varUint(used)
  return used
}

/** Numbers between a segment's tag and the lengths of an entry, or up to the end of a run. */
function numbersBehind(tag: number): number {
  const ids = (tag & FOLLOWS) === 0 ? 2 : 0
  const origin = (tag & ORIGIN_BITS) === ORIGIN.given ? 2 : 0
  if ((tag & LIVE) === 0) return ids + origin + 1
  const replaced = tag & REPLACED.unknown
  return ids + origin + (replaced === REPLACED.near ? 1 : replaced === REPLACED.given ? 2 : 0)
}
