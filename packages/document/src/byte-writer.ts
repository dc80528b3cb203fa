/**
 * A growing buffer that is written over and over, so that putting bytes together allocates only the result.
 *
 * Invariant: holds no more than MAX_KEPT bytes between uses, however large something once was.
 */

/** Up to this many bytes a loop is quicker than making a view and copying it; V8 keeps such arrays in its own heap. */
const SHORT_COPY = 64
/** The capacity that is kept for the next use, in bytes. */
const MAX_KEPT = 2 ** 20

/** Bytes being put together. `reset()` begins anew. */
export class ByteWriter {
  #bytes = new Uint8Array(4096)
  #at = 0

  /** How many bytes were written since `reset`. */
  get length(): number {
    return this.#at
  }

  /** Begins anew. */
  reset(): void {
    if (this.#bytes.length > MAX_KEPT) this.#bytes = new Uint8Array(4096)
    this.#at = 0
  }

  /** One byte. */
  uint8(byte: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#at++] = byte
  }

  /** As lib0's writeVarUint: seven bits a byte, lowest first; up to 53 bits. */
  varUint(number: number): void {
    if (this.#bytes.length - this.#at < 8) this.#grow(8)
    let rest = number
    // Beyond 31 bits there are no bit operations, and a remainder is a call; writer ids are such numbers.
    while (rest > 0x7f_ff_ff_ff) {
      const higher = Math.floor(rest / 0x80)
      this.#bytes[this.#at++] = (rest - higher * 0x80) | 0x80
      rest = higher
    }
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#at++] = rest
  }

  /** Copies source[from, to). */
  copy(source: Uint8Array, from: number, to: number): void {
    const length = to - from
    if (this.#bytes.length - this.#at < length) this.#grow(length)
    if (length > SHORT_COPY) this.#bytes.set(source.subarray(from, to), this.#at)
    else copyShort(source, from, to, this.#bytes, this.#at)
    this.#at += length
  }

  /** A window on what was written, until something else is. */
  window(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** What was written, in bytes of its own. */
  take(): Uint8Array {
    if (this.#at > SHORT_COPY) return this.#bytes.slice(0, this.#at)
    const taken = new Uint8Array(this.#at)
    copyShort(this.#bytes, 0, this.#at, taken, 0)
    return taken
  }

  /** Writes what was written to the beginning of `target`, which must have room. */
  copyTo(target: Uint8Array): void {
    target.set(this.#bytes.subarray(0, this.#at))
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + least))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

function copyShort(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  for (let i = from, j = at; i < to; i++, j++) target[j] = source[i] ?? 0
}

/** Whether a[aFrom, aFrom + length) and b[bFrom, bFrom + length) are the same bytes. */
export function equalBytes(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (a[aFrom + i] !== b[bFrom + i]) return false
  }
  return true
}
