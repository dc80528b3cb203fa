/**
 * Encoded attribute values: reading them, and checking that bytes from outside are one.
 *
 * Invariants: work and memory are bounded by the bytes given; only the one encoding that `encodeValue` writes is
 * accepted, so that a value which passes through a Y.Doc comes out with the same bytes; objects handed out have no
 * prototype.
 */
import { ByteReader } from './byte-reader.js'
import { isPrototypeKey } from './name.js'
import { NESTING_LIMIT, type Value } from './value.js'

/** The first byte of each kind of value in lib0's any-encoding. */
const TAG = {
  bytes: 116,
  array: 117,
  object: 118,
  text: 119,
  true: 120,
  false: 121,
  bigint: 122,
  float64: 123,
  float32: 124,
  integer: 125,
  null: 126,
} as const

/** The greatest magnitude that lib0 writes as an integer. */
const INTEGER_LIMIT = 2 ** 31 - 1

/** Decodes a value. Throws VALUE_NOT_STORABLE unless the bytes are exactly one value as `encodeValue` writes it. */
export function decodeValue(bytes: Uint8Array): Value {
  return readExactly(bytes, 0, bytes.length, readValue)
}

/** Decodes the value in a part of bytes that a check has already admitted. */
export function decodeValueAt(bytes: Uint8Array, from: number, to: number): Value {
  return readExactly(bytes, from, to, readValue)
}

/** Throws VALUE_NOT_STORABLE unless bytes[from, to) are exactly one value; builds nothing of it. */
export function checkValueBytes(bytes: Uint8Array, from = 0, to = bytes.length): void {
  readExactly(bytes, from, to, skipValue)
}

/** Reads a value, checking all rules. */
export function readValue(reader: ByteReader, depth = 0): Value {
  const tag = reader.uint8()
  switch (tag) {
    case TAG.array:
      return readArray(reader, depth)
    case TAG.object:
      return readObject(reader, depth)
    case TAG.text:
      return reader.text(reader.length())
    case TAG.bytes: {
      const length = reader.length()
      reader.skip(length)
      return reader.bytes.slice(reader.at - length, reader.at)
    }
    default:
      return readPlain(reader, tag)
  }
}

/** Passes over a value, checking all rules. */
export function skipValue(reader: ByteReader, depth = 0): void {
  const tag = reader.uint8()
  if (tag === TAG.text) skipText(reader, reader.length())
  else if (tag === TAG.bytes) reader.skip(reader.length())
  else if (tag === TAG.array) {
    const count = countOf(reader, depth, 1)
    for (let i = 0; i < count; i++) skipValue(reader, depth + 1)
  } else if (tag === TAG.object) {
    const keys = new KeyOrder(reader)
    const count = countOf(reader, depth, 2)
    for (let i = 0; i < count; i++) {
      keys.next()
      skipValue(reader, depth + 1)
    }
  } else readPlain(reader, tag)
}

type Read<Result> = (reader: ByteReader) => Result

function readExactly<Result>(bytes: Uint8Array, from: number, to: number, read: Read<Result>): Result {
  const reader = new ByteReader(bytes, 'VALUE_NOT_STORABLE', from, to)
  const result = read(reader)
  if (reader.left > 0) throw reader.problem(`${reader.left} bytes follow the value`)
  return result
}

function readArray(reader: ByteReader, depth: number): Value[] {
  const count = countOf(reader, depth, 1)
  const items: Value[] = []
  for (let i = 0; i < count; i++) items.push(readValue(reader, depth + 1))
  return items
}

function readObject(reader: ByteReader, depth: number): { [key: string]: Value } {
  const count = countOf(reader, depth, 2)
  const keys = new KeyOrder(reader)
  const members: { [key: string]: Value } = Object.create(null)
  for (let i = 0; i < count; i++) {
    const key = keys.next()
    members[key] = readValue(reader, depth + 1)
  }
  return members
}

/** How many items or members follow; each takes `least` bytes, so that a claim is checked before it costs anything. */
function countOf(reader: ByteReader, depth: number, least: number): number {
  if (depth >= NESTING_LIMIT) throw reader.problem(`A value is nested deeper than ${NESTING_LIMIT} levels`)
  const count = reader.varUint()
  if (count * least > reader.left) throw reader.problem(`A count of ${count} claims more than the bytes that are left`)
  return count
}

function skipText(reader: ByteReader, length: number): void {
  const { bytes, at } = reader
  // Only what is not ASCII needs the decoder's judgement.
  if (isAscii(bytes, at, at + length)) reader.at = at + length
  else reader.text(length)
}

/** Four bytes a round, and one look at all: quicker than a look at each. */
function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  let bits = 0
  for (; at + 4 <= to; at += 4) bits |= (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) | (bytes[at + 2] ?? 0) | (bytes[at + 3] ?? 0)
  for (; at < to; at++) bits |= bytes[at] ?? 0
  return (bits & 0x80) === 0
}

function readPlain(reader: ByteReader, tag: number): null | boolean | number | bigint {
  switch (tag) {
    case TAG.null:
      return null
    case TAG.true:
      return true
    case TAG.false:
      return false
    case TAG.integer: {
      const integer = reader.varInt()
      if (Math.abs(integer) > INTEGER_LIMIT) throw reader.problem('An integer is beyond 31 bits')
      return integer
    }
    case TAG.float32:
      return readFloat(reader, 4)
    case TAG.float64:
      return readFloat(reader, 8)
    case TAG.bigint:
      return viewOf(reader, 8).getBigInt64(0)
    default:
      throw reader.problem(`A value begins with the unknown tag ${tag}`)
  }
}

/** lib0 writes a number in the smallest form that holds it; a wider form would not survive a Y.Doc byte for byte. */
function readFloat(reader: ByteReader, width: 4 | 8): number {
  const view = viewOf(reader, width)
  const float = width === 4 ? view.getFloat32(0) : view.getFloat64(0)
  const small = Number.isInteger(float) && Math.abs(float) <= INTEGER_LIMIT
  const single = Math.fround(float) === float
  if (small || single !== (width === 4)) throw reader.problem('A number is not in its smallest form')
  if (Number.isNaN(float) && view.getBigUint64(0) !== CANONICAL_NAN) throw reader.problem('A NaN carries hidden bits')
  return float
}

const CANONICAL_NAN = 0x7f_f8_00_00_00_00_00_00n

function viewOf(reader: ByteReader, width: number): DataView {
  reader.skip(width)
  return new DataView(reader.bytes.buffer, reader.bytes.byteOffset + reader.at - width, width)
}

/**
 * The keys of one object, in the order in which JavaScript keeps them: array indices ascending, then the others as
 * they were put in, none twice. Another order would not survive a Y.Doc byte for byte.
 */
class KeyOrder {
  readonly #reader: ByteReader
  readonly #seen = new Set<string>()
  /** The last array index, or Infinity when other keys have begun. */
  #index = -1

  constructor(reader: ByteReader) {
    this.#reader = reader
  }

  next(): string {
    const reader = this.#reader
    const key = reader.text(reader.length())
    if (isPrototypeKey(key)) throw reader.problem(`An object has the key ${key}`)
    if (this.#seen.has(key)) throw reader.problem('An object has the same key twice')
    this.#seen.add(key)
    const index = arrayIndex(key)
    if (index !== undefined && index <= this.#index) throw reader.problem('The keys of an object are out of order')
    this.#index = index ?? Infinity
    return key
  }
}

function arrayIndex(key: string): number | undefined {
  const first = key.charCodeAt(0)
  if (key.length > 10 || !(first >= 0x30 && first <= 0x39)) return undefined
  const index = Number(key)
  return index < 2 ** 32 - 1 && String(index) === key ? index : undefined
}
