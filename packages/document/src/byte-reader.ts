/**
 * Reads lib0's variable-length numbers and well-formed UTF-8 from bytes that nobody vouches for.
 *
 * Invariants: never reads outside the window it was given; every number is a safe integer in its shortest form; what
 * is wrong is thrown as a DocumentError with the code that the reader was made with.
 */
import { DocumentError, type DocumentErrorCode } from './document-error.js'

// The byte order mark is a character like any other in stored text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Up to this many bytes text is put together by hand, which beats a call to TextDecoder. */
const SHORT_TEXT = 24

/** Bits of a number that are put together by shifting: four bytes of seven. */
const HALF = 28

/** A window on bytes with a position. */
export class ByteReader {
  bytes: Uint8Array
  /** Offset of the next byte to read. */
  at: number
  /** Offset behind the last byte that may be read. */
  end: number
  readonly #code: DocumentErrorCode

  constructor(bytes: Uint8Array, code: DocumentErrorCode, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.#code = code
    this.at = at
    this.end = end
  }

  /** Another window, to be read from `at` on. */
  reset(bytes: Uint8Array, at: number): void {
    this.bytes = bytes
    this.at = at
    this.end = bytes.length
  }

  /** The bytes that are left. */
  get left(): number {
    return this.end - this.at
  }

  /** The error to throw when what was read makes no sense. */
  problem(what: string): DocumentError {
    return new DocumentError(this.#code, `${what} (before byte ${this.at} of ${this.end}); the bytes are refused.`)
  }

  /** One byte. */
  uint8(): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined
    if (byte === undefined) throw this.problem('The bytes end too early')
    this.at++
    return byte
  }

  /** lib0's writeVarUint: seven bits a byte, lowest first. */
  varUint(): number {
    const first = this.uint8()
    return first < 0x80 ? first : this.#restOfNumber(first & 0x7f, 0x80)
  }

  /** lib0's writeVarInt: the first byte holds the sign and six bits. Tells -0 from 0. */
  varInt(): number {
    const first = this.uint8()
    const low = first & 0x3f
    const magnitude = first < 0x80 ? low : this.#restOfNumber(low, 0x40)
    return (first & 0x40) === 0 ? magnitude : -magnitude
  }

  /** A length that fits into what is left. */
  length(): number {
    const length = this.varUint()
    if (length > this.left) throw this.problem(`A length of ${length} claims more than the bytes that are left`)
    return length
  }

  /** Text of `length` bytes. */
  text(length: number): string {
    const from = this.at
    if (length > this.left) throw this.problem('Text ends too early')
    this.at += length
    const short = length <= SHORT_TEXT ? asciiText(this.bytes, from, this.at) : undefined
    if (short !== undefined) return short
    try {
      return decoder.decode(this.bytes.subarray(from, this.at))
    } catch (cause) {
      throw new DocumentError(this.#code, 'Text is not well-formed UTF-8; the bytes are refused.', { cause })
    }
  }

  /** Passes over `length` bytes. */
  skip(length: number): void {
    if (length > this.left) throw this.problem('The bytes end too early')
    this.at += length
  }

  /** Passes over a number that this process wrote. */
  skipNumber(): void {
    while (this.uint8() >= 0x80);
  }

  /** In two halves of 28 bits, since shifting is exact only below 32, and much faster than doubles. */
  #restOfNumber(known: number, step: number): number {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 2 * HALF; shift += 7) {
      const byte = this.uint8()
      if (shift < HALF) low |= (byte & 0x7f) << shift
      else high |= (byte & 0x7f) << (shift - HALF)
      if (byte >= 0x80) continue
      if (byte === 0) throw this.problem('A number is longer than it needs to be')
      const number = known + (low + high * 2 ** HALF) * step
      if (number <= Number.MAX_SAFE_INTEGER) return number
      break
    }
    throw this.problem('A number is beyond 53 bits')
  }
}

/** The text of these bytes, which are known to be well-formed. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  const short = to - from <= SHORT_TEXT ? asciiText(bytes, from, to) : undefined
  return short ?? decoder.decode(bytes.subarray(from, to))
}

/** The text of these bytes if all of them are ASCII. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = ''
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === undefined || byte >= 0x80) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}
