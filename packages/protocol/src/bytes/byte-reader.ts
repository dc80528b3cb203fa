/**
 * Reads numbers, text and bytes in lib0's encoding, strictly.
 *
 * Why not lib0's own decoder: that one makes views over the whole underlying ArrayBuffer, so a wrong length can show
 * bytes beside the frame, throws plain errors, and takes one integer in several spellings. Here every read checks
 * bounds first, nothing is allocated from a claimed length, and each value has exactly one spelling.
 * Invariants: 0 ≤ position ≤ length; whatever is handed out is a copy, but for what `window` gives, of class Uint8Array (never a Buffer).
 */

import { malformed } from '../protocol-error.js'
import { KEY_BYTES, readKeyBytes, type SessionKey } from '../session-key.js'

/** Bits of an integer that are put together by shifting: four bytes of seven. */
const HALF = 28

/** Bytes up to which a loop over ASCII beats `TextDecoder`. */
const SHORT_TEXT = 32

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const floats = new DataView(new ArrayBuffer(8))
const nothing = new Uint8Array(0)

/** A cursor over the bytes of one frame; throws ProtocolError `FRAME_MALFORMED` on everything that is not there. */
export class ByteReader {
  #bytes: Uint8Array = nothing
  #position = 0

  /** Starts over with other bytes; only the first `length` of them count. */
  reset(bytes: Uint8Array, length = bytes.length): void {
    const plain = bytes.constructor === Uint8Array && length === bytes.length
    this.#bytes = plain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, length)
    this.#position = 0
  }

  /** Leaves out the last `count` bytes, and gives all before them. */
  withhold(count: number): Uint8Array {
    if (this.left < count) throw malformed('it ends early')
    this.#bytes = this.#bytes.subarray(0, this.#bytes.length - count)
    return this.#bytes
  }

  /** The bytes that are being read. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Where the next read begins. */
  get position(): number {
    return this.#position
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.#bytes.length - this.#position
  }

  /** Passes over `count` bytes. */
  skip(count: number): void {
    if (count > this.left) throw malformed('it ends early')
    this.#position += count
  }

  /** One byte. */
  uint8(): number {
    const byte = this.#bytes[this.#position]
    if (byte === undefined) throw malformed('it ends early')
    this.#position++
    return byte
  }

  /** An integer of 0 to 2^53−1 in its shortest form. */
  varUint(): number {
    const first = this.uint8()
    return first < 0x80 ? first : this.#rest(first - 0x80, 7)
  }

  /** An integer of ±(2^53−1) in its shortest form. */
  varInt(): number {
    const first = this.uint8()
    const low = first & 0x3f
    const magnitude = first < 0x80 ? low : this.#rest(low, 6)
    if (first % 0x80 < 0x40) return magnitude
    if (magnitude === 0) throw malformed('an integer is a negative zero')
    return -magnitude
  }

  /** An integer of 32 bits, low byte first. */
  uint32(): number {
    const low = this.uint8() | (this.uint8() << 8) | (this.uint8() << 16)
    return (low | (this.uint8() << 24)) >>> 0
  }

  /** A finite number, IEEE 754, high byte first. */
  float64(): number {
    for (let index = 0; index < 8; index++) floats.setUint8(index, this.uint8())
    const value = floats.getFloat64(0)
    if (!Number.isFinite(value)) throw malformed('a number is not finite')
    return value
  }

  /** A copy of the next `length` bytes. */
  raw(length: number): Uint8Array {
    const start = this.#position
    this.skip(length)
    return this.#bytes.slice(start, start + length)
  }

  /** A window on the next `length` bytes: no copy, and of no use once the frame's bytes are used for other things. */
  window(length: number): Uint8Array {
    const start = this.#position
    this.skip(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A length, then a copy of that many bytes. */
  sized(): Uint8Array {
    return this.raw(this.varUint())
  }

  /** A length of at most `limit` bytes, then well-formed UTF-8 of that length. */
  text(limit: number): string {
    const length = this.varUint()
    if (length > limit) throw malformed(`a text has ${length} bytes, at most ${limit} are allowed`)
    const start = this.#position
    this.skip(length)
    const short = length > SHORT_TEXT ? undefined : this.#ascii(start, length)
    if (short !== undefined) return short
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length))
    } catch {
      throw malformed('a text is not UTF-8')
    }
  }

  /** The 16 bytes of a session key. */
  key(): SessionKey {
    const start = this.#position
    this.skip(KEY_BYTES)
    return readKeyBytes(this.#bytes, start)
  }

  /** Throws if anything is left. */
  end(): void {
    if (this.left > 0) throw malformed(`${this.left} bytes too many`)
  }

  #ascii(start: number, length: number): string | undefined {
    let text = ''
    for (let index = start; index < start + length; index++) {
      const unit = this.#bytes[index] ?? 0x80
      if (unit > 0x7f) return undefined
      text += String.fromCharCode(unit)
    }
    return text
  }

  /**
   * The further bytes of an integer, seven bits each, above the `bits` low ones that are `known`. In two halves of 28
   * bits, since shifting is exact only below 32 and much faster than doubles.
   */
  #rest(known: number, bits: number): number {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 2 * HALF; shift += 7) {
      const byte = this.uint8()
      if (shift < HALF) low |= (byte & 0x7f) << shift
      else high |= (byte & 0x7f) << (shift - HALF)
      if (byte >= 0x80) continue
      if (byte === 0) throw malformed('an integer is not in its shortest form')
      const value = known + (low + high * 2 ** HALF) * 2 ** bits
      if (value <= Number.MAX_SAFE_INTEGER) return value
      break
    }
    throw malformed('an integer exceeds 53 bits')
  }
}
