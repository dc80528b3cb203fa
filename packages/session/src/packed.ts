/**
 * A session at rest (resting.ts), packed: what many sessions of a store say alike, they say by number (document's packed.ts),
 * and times by their distance from one another.
 *
 *     packed   = as resting, but when it was made, its last access and the counters of operations, which begin from clocks,
 *                are distances, and clients and documents are packed
 *     distance = 0, number | 1 + twice the distance, less one where it goes back
 */
import { packDocument, packId, unpackDocument, unpackId } from '@understudy/document'
import type { ByteReader, ByteWriter, Lexicon } from '@understudy/document'
import { PART } from './resting.js'

/** Distances beyond this are not told as such: numbers have 53 bits. */
const FAR = 2 ** 50

/** What differs between the two directions. */
interface Direction {
  /** @returns when the session was made */
  made(from: ByteReader, out: ByteWriter, lexicon: Lexicon): number
  /** A number that is mostly near to another. */
  near(from: ByteReader, out: ByteWriter, base: number): void
  client(from: ByteReader, out: ByteWriter, lexicon: Lexicon): void
  document(from: ByteReader, out: ByteWriter, lexicon: Lexicon): void
}

const packing: Direction = {
  made(from, out, lexicon) {
    const time = from.varUint()
    lexicon.tellBy(time)
    packNear(out, time, lexicon.time)
    return time
  },
  near: (from, out, base) => packNear(out, from.varUint(), base),
  client: (from, out, { clients }) => packId(out, from.varUint(), clients),
  document: packDocument,
}

const unpacking: Direction = {
  made(from, out, lexicon) {
    const time = unpackNear(from, lexicon.time)
    out.varUint(time)
    return time
  },
  near: (from, out, base) => out.varUint(unpackNear(from, base)),
  client: (from, out, { clients }) => out.varUint(unpackId(from, clients)),
  document: unpackDocument,
}

function packNear(out: ByteWriter, number: number, base: number): void {
  const distance = number - base
  if (Math.abs(distance) < FAR) return out.varUint(distance < 0 ? -2 * distance : 1 + 2 * distance)
  out.varUint(0)
  return out.varUint(number)
}

function unpackNear(from: ByteReader, base: number): number {
  const told = from.varUint()
  if (told === 0) return from.varUint()
  return base + (told % 2 === 0 ? -told / 2 : (told - 1) / 2)
}

/** Packs a session that `writeResting` wrote. */
export function packSession(resting: ByteReader, out: ByteWriter, lexicon: Lexicon): void {
  pass(packing, resting, out, lexicon)
}

/** Unpacks what `packSession` wrote: the same bytes again. */
export function unpackSession(packed: ByteReader, out: ByteWriter, lexicon: Lexicon): void {
  pass(unpacking, packed, out, lexicon)
}

function pass({ made, near, client, document }: Direction, from: ByteReader, out: ByteWriter, lexicon: Lexicon): void {
  const parts = from.uint8()
  out.uint8(parts)
  const createdAt = made(from, out, lexicon)
  for (let times = timesOf(parts); times > 0; times--) out.varUint(from.varUint())
  near(from, out, createdAt)
  const operations = from.varUint()
  out.varUint(operations)
  for (let left = operations; left > 0; left--) {
    client(from, out, lexicon)
    near(from, out, createdAt)
  }
  if (parts & PART.frozen) {
    out.varUint(from.varUint())
    document(from, out, lexicon)
  }
  if (parts & PART.generation) copyGeneration(from, out)
  document(from, out, lexicon)
}

function copyGeneration(from: ByteReader, out: ByteWriter): void {
  const start = from.at
  from.skipNumber()
  from.skip(from.varUint())
  out.copy(from.bytes, start, from.at)
}

/** Times that are told beside when the session was made and last used. */
export function timesOf(parts: number): number {
  return (parts & PART.stamp ? 1 : 0) + (parts & PART.idleTimeout ? 1 : 0) + (parts & PART.absoluteDeadline ? 1 : 0)
}
