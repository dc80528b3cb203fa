/**
 * Writes numbers, text and bytes in lib0's encoding into one growing buffer.
 *
 * Invariants: never more than `limit` bytes; what `finish` hands out is never written to again. The same buffer
 * serves frame after frame, because allocating one a frame costs more than copying a frame of usual length out of it.
 */

import { ProtocolError, tooLarge, unencodable } from '../protocol-error.js'
import { KEY_BYTES, writeKeyBytes } from '../session-key.js'

const FIRST_CAPACITY = 1_024

/** From this length on, and when more than half full, the buffer itself is handed out instead of a copy. */
const HAND_OUT_LENGTH = 32_768

/** Most bytes of a variable-length integer of 53 bits. */
const VAR_INT_BYTES = 8

/** Bits of an integer that are taken apart by shifting: four bytes of seven. */
const HALF = 28

/** UTF-16 units up to which a loop over ASCII beats `TextEncoder`. */
const SHORT_TEXT = 64

const utf8 = new TextEncoder()
const floats = new DataView(new ArrayBuffer(8))

/** A growing buffer with a method for each basic form of the wire. */
export class ByteWriter {
  readonly #limit: number
  #buffer = new Uint8Array(FIRST_CAPACITY)
  #length = 0

  /** `limit`: the longest frame that may be written, in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** Throws away what was written, from `length` on. */
  truncate(length: number): void {
    this.#length = length
  }

  /** Makes room for so many bytes at once. */
  reserve(more: number): void {
    this.#room(more)
  }

  /** One byte, 0–255. */
  uint8(value: number): void {
    if (!(value >= 0 && value <= 0xff && Number.isInteger(value))) throw unencodable(`${value} as one byte`)
    this.#room(1)
    this.#buffer[this.#length++] = value
  }

  /** An integer of 0 to 2^53−1, seven bits a byte, low ones first (lib0 `writeVarUint`). */
  varUint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw unencodable(`${value} as an unsigned integer`)
    this.#room(VAR_INT_BYTES)
    this.#rest(value)
  }

  /** An integer of ±(2^53−1), its sign in bit 6 of the first byte (lib0 `writeVarInt`). */
  varInt(value: number): void {
    if (!Number.isSafeInteger(value)) throw unencodable(`${value} as an integer`)
    this.#room(VAR_INT_BYTES)
    const magnitude = Math.abs(value)
    const more = magnitude > 0x3f
    this.#buffer[this.#length++] = (more ? 0x80 : 0) | (value < 0 ? 0x40 : 0) | magnitude % 0x40
    if (more) this.#rest(Math.floor(magnitude / 0x40))
  }

  /** An integer of 0 to 2^32−1 as four bytes, low ones first. */
  uint32(value: number): void {
    if (value >>> 0 !== value) throw unencodable(`${value} as 32 unsigned bits`)
    this.#room(4)
    for (let shift = 0; shift < 32; shift += 8) this.#buffer[this.#length++] = value >>> shift
  }

  /** A finite number as eight bytes, IEEE 754, high ones first. */
  float64(value: number): void {
    if (!Number.isFinite(value)) throw unencodable(`${value} as a finite number`)
    floats.setFloat64(0, value)
    for (let index = 0; index < 8; index++) this.uint8(floats.getUint8(index))
  }

  /** The bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A part of `bytes` as it is; short parts are copied in a loop, which spares the making of a view. */
  part(bytes: Uint8Array, from: number, to: number): void {
    if (to - from > SHORT_TEXT) return this.raw(bytes.subarray(from, to))
    this.#room(to - from)
    const buffer = this.#buffer
    let at = this.#length
    for (let index = from; index < to; index++) buffer[at++] = bytes[index] ?? 0
    this.#length = at
  }

  /** The length of the bytes, then the bytes. */
  sized(bytes: Uint8Array): void {
    this.varUint(bytes.length)
    this.raw(bytes)
  }

  /** The length in UTF-8 bytes, then the text; half surrogate pairs become U+FFFD. */
  text(text: string): void {
    if (text.length > SHORT_TEXT || !this.#ascii(text)) this.sized(utf8.encode(text))
  }

  /** The 16 bytes of a session key. */
  key(key: string): void {
    this.#room(KEY_BYTES)
    if (!writeKeyBytes(key, this.#buffer, this.#length)) throw unencodable(`${JSON.stringify(key)} as a session key`)
    this.#length += KEY_BYTES
  }

  /** A look at what was written from `from` on; valid until the next call. */
  written(from: number): Uint8Array {
    return this.#buffer.subarray(from, this.#length)
  }

  /** That not more was written than may be. @throws ProtocolError `FRAME_TOO_LARGE` */
  check(): void {
    if (this.#length > this.#limit) this.#tooLarge()
  }

  /** Everything written, in memory that belongs to the caller; the writer is empty afterwards. */
  finish(): Uint8Array {
    this.check()
    const length = this.#length
    this.#length = 0
    if (length < HAND_OUT_LENGTH || length < this.#buffer.length / 2) return this.#buffer.slice(0, length)
    const full = this.#buffer.subarray(0, length)
    this.#buffer = new Uint8Array(FIRST_CAPACITY)
    return full
  }

  #ascii(text: string): boolean {
    this.#room(text.length + 1)
    const start = this.#length
    let end = start
    this.#buffer[end++] = text.length
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 0x7f) return false
      this.#buffer[end++] = unit
    }
    this.#length = end
    return true
  }

  /** Seven bits a byte; the low 28 bits apart from the high ones, since shifting is exact only below 32. */
  #rest(value: number): void {
    const buffer = this.#buffer
    let at = this.#length
    let left = value
    if (value > 0x7fff_ffff) {
      const low = value % 2 ** HALF
      for (let shift = 0; shift < HALF; shift += 7) buffer[at++] = 0x80 | ((low >>> shift) & 0x7f)
      left = (value - low) / 2 ** HALF
    }
    for (; left > 0x7f; left >>>= 7) buffer[at++] = 0x80 | (left & 0x7f)
    buffer[at++] = left
    this.#length = at
  }

  /** Makes room for `more` bytes; the limit may be overshot by the few spare bytes of a short integer, never sent. */
  #room(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#buffer.length) return
    if (needed > this.#limit + VAR_INT_BYTES) this.#tooLarge()
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }

  #tooLarge(): never {
    throw new ProtocolError('FRAME_TOO_LARGE', tooLarge(this.#limit))
  }
}
