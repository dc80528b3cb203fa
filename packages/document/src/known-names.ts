/**
 * Names that were read lately: sessions of one app have the same few, and each need be checked and made text of once.
 *
 * Invariants: at most PLACES names are kept, whoever sends how many; what is kept passed all checks of a name.
 */
import { equalBytes } from './byte-writer.js'
import type { ByteReader } from './byte-reader.js'
import { isPrototypeKey } from './name.js'

/** A power of two. A name that comes to a place takes it from the one before. */
const PLACES = 256
/** Longer names are rare, and not kept. */
const KEPT_LENGTH = 64

/** A name, and the place where one like it is kept. */
export interface KnownName {
  readonly bytes: Uint8Array
  readonly text: string
  /** Equal names have the same, which tells nearly all others apart; 32 bits, signed. */
  readonly hash: number
}

const NOT_KEPT = new Uint8Array(0)

const known: (KnownName | undefined)[] = Array.from({ length: PLACES }, () => undefined)

/**
 * Reads a name of `length` bytes; undefined for one that no attribute may have.
 *
 * @throws DocumentError where the bytes are no text
 */
export function readName(reader: ByteReader, length: number): string | undefined {
  return readKnownName(reader, length)?.text
}

/** As `readName`, with its bytes (none of a long one) and its hash. */
export function readKnownName(reader: ByteReader, length: number): KnownName | undefined {
  const { bytes, at } = reader
  const hash = hashOf(bytes, at, length)
  const place = hash & (PLACES - 1)
  const candidate = known[place]
  if (candidate?.bytes.length === length && length <= reader.left && equalBytes(bytes, at, candidate.bytes, 0, length)) {
    reader.skip(length)
    return candidate
  }
  const text = reader.text(length)
  if (isPrototypeKey(text)) return undefined
  const name = { bytes: length <= KEPT_LENGTH ? bytes.slice(at, at + length) : NOT_KEPT, text, hash }
  if (length <= KEPT_LENGTH) known[place] = name
  return name
}

function hashOf(bytes: Uint8Array, at: number, length: number): number {
  let hash = length
  for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}
