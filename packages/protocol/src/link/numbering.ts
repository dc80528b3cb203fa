/**
 * Short numbers for long ids: what a link has named once it names by number from then on.
 *
 * The first mention carries the id and takes the next number; after the last number comes number 0 again, whose id is
 * forgotten. Both sides do this in the order of the frames, so their tables are equal after every frame; that is the
 * whole agreement, nothing is ever negotiated. Memory is bounded by the ring's size.
 */

import { malformed } from '../protocol-error.js'

/** The sender's table: id → number. */
export class Numbering<T> {
  readonly #size: number
  readonly #ids: T[] = []
  readonly #numbers = new Map<T, number>()
  #next = 0

  /** `size`: how many ids are remembered. */
  constructor(size: number) {
    this.#size = size
  }

  /** The number of an id that the other side knows. */
  numberOf(id: T): number | undefined {
    return this.#numbers.get(id)
  }

  /** Gives a new id the next number; the id that had it is forgotten. */
  assign(id: T): number {
    const number = this.#next
    const former = this.#ids[number]
    if (former !== undefined) this.#numbers.delete(former)
    this.#ids[number] = id
    this.#numbers.set(id, number)
    this.#next = (number + 1) % this.#size
    return number
  }
}

/** The receiver's table: number → id. */
export class Numbered<T> {
  readonly #size: number
  readonly #ids: T[] = []
  #next = 0

  /** `size`: how many ids are remembered; the same as the sender's. */
  constructor(size: number) {
    this.#size = size
  }

  /** The id behind a number; ProtocolError `FRAME_MALFORMED` when the number was never given. */
  idOf(number: number): T {
    const id = this.#ids[number]
    if (id === undefined) throw malformed(`number ${number} was never given`)
    return id
  }

  /** Takes note of a new id, and gives its number. */
  assign(id: T): number {
    const number = this.#next
    this.#ids[number] = id
    this.#next = (number + 1) % this.#size
    return number
  }
}
