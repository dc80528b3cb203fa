/**
 * The tail of a compact document: its last entry, where that can be replaced in place.
 *
 *     … [deleted run, length n] [entry, clock c]   ──►   … [deleted run, length n + 1] [entry, clock c + 1]
 *     … [segment]               [entry, clock c]   ──►   … [segment] [deleted run, length 1] [entry, clock c + 1]
 *
 * An app changes few attributes often, so the entry to be replaced mostly is the last one. Then nothing else of the
 * document need be looked at: a session of a thousand bytes is far apart in memory from the one before.
 *
 * Invariant: a tail FOLLOWS the item before it, and is the only live entry of its name.
 */
import { FOLLOWS, LIVE, REPLACED, type Segments, type ValuePlace } from './segment.js'
import { equalBytes } from './byte-writer.js'

/** Offset of the tail, doubled, plus one if it continues a deleted run; or NO_TAIL. One number, for there are many. */
export type Tail = number

/** The last segment is no entry that can be replaced in place. */
export const NO_TAIL: Tail = -1

/** The capacity for so many bytes. */
export function withRoom(length: number): number {
  return Math.ceil(length * (1 + SLACK)) + SPARE
}

/** The tail at this offset. */
export function tailAt(offset: number, isAfterRun: boolean): Tail {
  return 2 * offset + (isAfterRun ? 1 : 0)
}

/** The offset of a tail. */
export function offsetOf(tail: Tail): number {
  return tail >> 1
}

/** Segments, and where their tail is. Its `bytes` are made anew when they are too short. */
export interface Tailed extends Segments {
  bytes: Uint8Array
  used: number
  readonly tail: Tail
}

/** Bytes that are kept free for what comes next: a part of those in use, and some. Most documents never need more. */
const SLACK = 1 / 64
const SPARE = 16
/** The most that replacing a tail adds beside the value: a run's tag, its length, the tag, the distance, two lengths. */
const FRAME_BOUND = 1 + 5 + 1 + 1 + 2 + 5

// The tail that was read last: what a search finds is mostly replaced at once.
const read = { nameAt: 0, nameLength: 0, valueAt: 0, valueLength: 0 }
const name = new Uint8Array(256)

/** Whether there is a tail with this name, given as bytes. */
export function tailIsNamed(tailed: Tailed, names: Uint8Array, nameAt: number, nameLength: number): boolean {
  if (tailed.tail === NO_TAIL) return false
  readTail(tailed)
  return read.nameLength === nameLength && equalBytes(tailed.bytes, read.nameAt, names, nameAt, nameLength)
}

/** Where the tail's value is. */
export function tailPlace(tailed: Tailed): ValuePlace {
  readTail(tailed)
  return { at: read.valueAt, length: read.valueLength, nameLength: read.nameLength }
}

/** Buries the tail under an entry of the same name; returns where that is. `values` are not these segments' bytes. */
export function replaceTail(tailed: Tailed, values: Uint8Array, valueAt: number, valueLength: number): Tail {
  readTail(tailed)
  const { nameAt, nameLength } = read
  // The name may be overwritten while it moves.
  for (let i = 0; i < nameLength; i++) name[i] = tailed.bytes[nameAt + i] ?? 0
  const room = offsetOf(tailed.tail) + FRAME_BOUND + nameLength + valueLength
  const spare = tailed.bytes.length - room
  // Room is made when there is none, and given back when more than half of it is unused.
  if (spare < 0 || spare > room + 256) resize(tailed, room)
  const { bytes } = tailed
  const at = lengthenRun(bytes, tailed.tail)
  bytes[at] = LIVE | FOLLOWS | REPLACED.near
  bytes[at + 1] = 1
  let end = writeVarUint(bytes, at + 2, nameLength)
  end = writeVarUint(bytes, end, valueLength)
  for (let i = 0; i < nameLength; i++) bytes[end++] = name[i] ?? 0
  if (valueLength > 64) bytes.set(values.subarray(valueAt, valueAt + valueLength), end)
  else for (let i = 0; i < valueLength; i++) bytes[end + i] = values[valueAt + i] ?? 0
  tailed.used = end + valueLength
  return tailAt(at, true)
}

function readTail({ bytes, tail }: Tailed): void {
  let at = offsetOf(tail)
  const replaced = (bytes[at++] ?? 0) & REPLACED.unknown
  if (replaced !== REPLACED.nothing) at = behindVarUint(bytes, at)
  if (replaced === REPLACED.given) at = behindVarUint(bytes, at)
  read.nameLength = varUintAt(bytes, at)
  at = behindVarUint(bytes, at)
  read.valueLength = varUintAt(bytes, at)
  read.nameAt = behindVarUint(bytes, at)
  read.valueAt = read.nameAt + read.nameLength
}

/** Makes the tail a deleted item; returns the offset behind it. */
function lengthenRun(bytes: Uint8Array, tail: Tail): number {
  const offset = offsetOf(tail)
  if ((tail & 1) === 0) {
    bytes[offset] = FOLLOWS
    bytes[offset + 1] = 1
    return offset + 2
  }
  // The run's length ends where the tail begins, and what is before it ends with a byte below 0x80, as all numbers do.
  let at = offset - 1
  while ((bytes[at - 1] ?? 0) >= 0x80) at--
  return writeVarUint(bytes, at, varUintAt(bytes, at) + 1)
}

function resize(tailed: Tailed, room: number): void {
  const bytes = new Uint8Array(Math.max(tailed.used, withRoom(room)))
  bytes.set(tailed.bytes.subarray(0, tailed.used))
  tailed.bytes = bytes
}

function varUintAt(bytes: Uint8Array, at: number): number {
  let byte = bytes[at] ?? 0
  let number = byte & 0x7f
  for (let i = at, shift = 7; byte >= 0x80; shift += 7) {
    byte = bytes[++i] ?? 0
    number |= (byte & 0x7f) << shift
  }
  return number
}

function behindVarUint(bytes: Uint8Array, at: number): number {
  let end = at
  while ((bytes[end] ?? 0) >= 0x80) end++
  return end + 1
}

function writeVarUint(bytes: Uint8Array, at: number, number: number): number {
  let end = at
  let rest = number
  for (; rest > 0x7f; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80
  bytes[end++] = rest
  return end
}
