/**
 * Digest of a set of sessions: the exclusive or of their 64-bit fingerprints.
 *
 * A session that changes is toggled out with its old fingerprint and in with its new one, so keeping a digest up
 * costs the same however many sessions there are; equal sets have equal digests in whatever order they grew.
 */
import { DifferencingError } from './differencing-error.js'

const DIGEST_BYTES = 8

/** A digest that moves along with a set of sessions. Begins as that of the empty set. */
export class Digest {
  #high = 0
  #low = 0

  /** The digest in these 8 bytes. Throws DifferencingError `DIGEST_MALFORMED`. */
  static fromBytes(bytes: Uint8Array): Digest {
    if (bytes.length !== DIGEST_BYTES) {
      throw new DifferencingError('DIGEST_MALFORMED', `A digest has ${DIGEST_BYTES} bytes, not ${bytes.length}.`)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, DIGEST_BYTES)
    return new Digest().toggle(view.getUint32(0), view.getUint32(4))
  }

  /** Upper 32 bits, unsigned. */
  get high(): number {
    return this.#high
  }

  /** Lower 32 bits, unsigned. */
  get low(): number {
    return this.#low
  }

  /** Takes a fingerprint (two unsigned 32-bit halves) in, or, if it is in, out. */
  toggle(high: number, low: number): this {
    this.#high = (this.#high ^ high) >>> 0
    this.#low = (this.#low ^ low) >>> 0
    return this
  }

  /** Do both stand for the same set? */
  equals(other: Digest): boolean {
    return this.#high === other.#high && this.#low === other.#low
  }

  /** 8 bytes, high half first. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(DIGEST_BYTES)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, this.#high)
    view.setUint32(4, this.#low)
    return bytes
  }
}
