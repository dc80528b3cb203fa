/**
 * Sessions at rest: those that nobody used for a while, as the text of their record instead of a dozen objects.
 *
 *     in use ──not asked for between two looks──► at rest ──asked for──► in use
 *
 * Where many are stored, most are at rest, and a session at rest takes half the memory. Text, because V8 keeps a byte of
 * it in a byte, and a small array of bytes in three hundred.
 *
 * Invariants: a look takes bounded time, however many are stored; no more come to rest in it than can be read again in a
 * tenth of the time until the next, so that whoever uses all of them in turn pays a tenth of a processor at most.
 */
import type { LiveDocuments } from '@understudy/document'
import { Session } from '@understudy/session'
import type { SessionLimits } from '@understudy/session'
import { decodeState } from './session-record.js'
import type { Slot } from './slot.js'
import type { StoredSession } from './stored-session.js'

/** Sessions looked at at most, a look; ten looks are made a second. */
const MOST = 200
/** Part of all sessions that is looked at, a look: a session is looked at every ten seconds at most. */
const PART = 1 / 100
/** As many sessions may all be in use: resting would save next to nothing. */
const FEW = 4_096

/** What resting sessions need of their store. */
export interface RestingOptions {
  readonly live: LiveDocuments
  readonly limits?: SessionLimits | undefined
  /** So many sessions never rest. Default: 4,096. */
  readonly restBeyond?: number | undefined
}

/** Puts the sessions of a store to rest. */
export class RestingSessions {
  readonly #options: RestingOptions
  readonly #slots: readonly Slot[]
  /** Where the last look ended: a number of a slot, and what is left of it. */
  #slot = 0
  #left: Iterator<StoredSession>

  constructor(slots: readonly Slot[], options: RestingOptions) {
    this.#slots = slots
    this.#options = options
    this.#left = [].values()
  }

  /** Looks at the next sessions of `living`: those not asked for since the last look at them come to rest. */
  look(living: number): void {
    if (living <= (this.#options.restBeyond ?? FEW)) return
    for (let left = Math.min(MOST, Math.ceil(living * PART)); left > 0; left--) {
      const stored = this.#next()
      if (stored === undefined) return
      // What is attached to somebody, or followed, is in use whether or not it was asked for.
      if (stored.attached === undefined) stored.rest(this.#read)
    }
  }

  readonly #read = (record: Uint8Array): Session => {
    const { live, limits } = this.#options
    return Session.load(decodeState(record), { live, ...(limits && { limits }) })
  }

  /** The next session, slot by slot, and from the first slot again. */
  #next(): StoredSession | undefined {
    for (let tries = 0; tries <= this.#slots.length; tries++) {
      const { done, value } = this.#left.next()
      if (done !== true) return value
      this.#slot = (this.#slot + 1) % this.#slots.length
      this.#left = this.#slots[this.#slot]?.sessions.values() ?? [].values()
    }
    return undefined
  }
}
