/**
 * The places that an object stands for at present: those in use, and those to which something is attached. All others are
 * rows and nothing else; whoever asks for one of them gets an object made for it.
 *
 * Invariant: a place has one seat at most, so who is in use is the same object to everybody.
 */
import { SEAT } from './rows.js'
import type { Rows } from './rows.js'

/** Who can have a seat. */
export interface Sitter {
  readonly row: number
  /** The seat it has, 1 and up; 0: none. Written here only. */
  seat: number
}

/** The seats of a store. */
export class Seats<Place extends Sitter> {
  readonly #rows: Rows
  /** The seat of number n is at n - 1. */
  readonly #taken: Place[] = []

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** Seats taken. */
  get length(): number {
    return this.#taken.length
  }

  /** Who has this seat. */
  at(seat: number): Place | undefined {
    return this.#taken[seat - 1]
  }

  /** Who sits for a row. */
  of(row: number): Place | undefined {
    const seat = this.#rows.get(row, SEAT)
    return seat === 0 ? undefined : this.at(seat)
  }

  /** Takes a seat, unless it has one. */
  sit(place: Place): void {
    if (place.seat !== 0) return
    this.#put(place, this.#taken.push(place))
  }

  /** Gives its seat up. Whoever had the last one takes it. */
  rise(place: Place): void {
    const { seat } = place
    if (seat === 0) return
    this.#put(place, 0)
    const last = this.#taken.pop()
    if (last === undefined || last === place) return
    this.#taken[seat - 1] = last
    this.#put(last, seat)
  }

  #put(place: Place, seat: number): void {
    place.seat = seat
    this.#rows.set(place.row, SEAT, seat)
  }
}
