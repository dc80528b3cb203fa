/**
 * Sessions at rest: those that nobody used for a second or two, as a row and a record of a thousand bytes instead of a
 * dozen objects and as much again.
 *
 *     in use ──not asked for between two looks──► at rest ──asked for──► in use
 *
 * Where many are stored, most are at rest. A node's memory is what it was at most, for it gives little back to the machine;
 * so they come to rest soon, before there are many more.
 *
 * Invariants: a look takes bounded time, however many are stored or in use; no more come to rest in it than can be read
 * again in a tenth of the time until the next, so that whoever uses all of them in turn pays a tenth of a processor at most.
 */
import type { Places } from './places.js'

/** Sessions looked at at most, a look; ten looks are made a second. */
const MOST_LOOKS = 10_000
/** And at least, if there are as many. */
const LEAST_LOOKS = 16
/** Sessions that come to rest at most, a look. */
const MOST = 1_000
/** Part of those in use that is looked at, a look: of many, each once a second at most. */
const PART = 1 / 10
/** As many sessions may all be in use: resting would save next to nothing. */
const FEW = 4_096

/** Puts the sessions of a store to rest. */
export class RestingSessions {
  readonly #places: Places
  readonly #restBeyond: number
  /** All seats from here on were looked at in this round. */
  #next = 1

  /** @param restBeyond so many sessions never rest */
  constructor(places: Places, restBeyond = FEW) {
    this.#places = places
    this.#restBeyond = restBeyond
  }

  /** Looks at the next who have a seat: those not asked for since the last look at them come to rest. */
  look(living: number): void {
    const { seats, records } = this.#places
    const { length } = seats
    const looks = Math.min(length, MOST_LOOKS, Math.max(LEAST_LOOKS, Math.ceil(length * PART)))
    const mayRest = living > this.#restBeyond
    for (let look = 0, rested = 0; look < looks && rested < MOST; look++) {
      // Downwards, for who takes the seat of one that leaves was looked at before it.
      this.#next = this.#next <= 1 ? seats.length : Math.min(this.#next - 1, seats.length)
      const stored = seats.at(this.#next)
      if (stored === undefined) continue
      if (mayRest && stored.canRest()) {
        stored.rest()
        rested++
      } else stored.riseIfIdle()
    }
    records.tidy()
  }
}
