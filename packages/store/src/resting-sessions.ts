/**
 * Sessions at rest: those that nobody used for a second or two, as a record of a thousand bytes instead of a dozen objects
 * and as much again.
 *
 *     in use ──not asked for between two looks──► at rest ──asked for──► in use
 *
 * Where many are stored, most are at rest. A node's memory is what it was at most, for it gives little back to the machine;
 * so they come to rest soon, before there are many more.
 *
 * Invariants: a look takes bounded time, however many are stored or in use; no more come to rest in it than can be read
 * again in a tenth of the time until the next, so that whoever uses all of them in turn pays a tenth of a processor at most.
 */
import type { ByteReader, ByteWriter, LiveDocuments } from '@understudy/document'
import { Session } from '@understudy/session'
import type { SessionLimits } from '@understudy/session'
import { RecordChunks } from './record-chunks.js'
import { restingRecord } from './resting-record.js'
import type { Bed, Bedroom, StoredSession } from './stored-session.js'

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

/** What resting sessions need of their store. */
export interface RestingOptions {
  readonly live: LiveDocuments
  readonly limits?: SessionLimits | undefined
  /** So many sessions never rest. Default: 4,096. */
  readonly restBeyond?: number | undefined
}

/** Puts the sessions of a store to rest. */
export class RestingSessions implements Bedroom {
  readonly #options: RestingOptions
  readonly #records = new RecordChunks<StoredSession, Bedroom>(this)
  /** Those in use, in no order, and some that are not any more. */
  readonly #listed: StoredSession[] = []
  /** All from here on were looked at in this round. */
  #next = 0

  constructor(options: RestingOptions) {
    this.#options = options
  }

  /** A session is in use from now on. */
  list(stored: StoredSession): void {
    if (stored.list()) this.#listed.push(stored)
  }

  /** Looks at the next sessions in use: those not asked for since the last look at them come to rest. */
  look(living: number): void {
    if (living <= (this.#options.restBeyond ?? FEW)) return
    const { length } = this.#listed
    const looks = Math.min(length, MOST_LOOKS, Math.max(LEAST_LOOKS, Math.ceil(length * PART)))
    for (let look = 0, rested = 0; look < looks && rested < MOST; look++) {
      // Downwards, for what takes the place of one that leaves was looked at before it.
      this.#next = (this.#next === 0 ? this.#listed.length : this.#next) - 1
      const stored = this.#listed[this.#next]
      if (stored === undefined) break
      const canRest = stored.canRest()
      // What is attached to somebody, or followed, is in use whether or not it was asked for.
      if (canRest && stored.attached === undefined) {
        this.#rest(stored)
        rested++
      } else if (stored.inUse?.session === undefined) this.#unlist(stored)
    }
    this.#records.tidy()
  }

  /** A session comes to rest that was never in use here. */
  arrive(stored: StoredSession, record: ByteWriter): void {
    this.#records.put(stored, record)
  }

  read(record: ByteReader): Session {
    return Session.awake(record, this.#options)
  }

  wakes(stored: StoredSession, bed: Bed, at: number): void {
    this.#records.release(bed, at)
    this.list(stored)
  }

  #rest(stored: StoredSession): void {
    this.#unlist(stored)
    const held = stored.inUse
    if (held?.session !== undefined) this.#records.put(stored, restingRecord(held, held.session, stored.sequence))
  }

  /** Takes out the session looked at. */
  #unlist(stored: StoredSession): void {
    stored.unlist()
    const last = this.#listed.pop()
    if (last !== undefined && last !== stored) this.#listed[this.#next] = last
  }
}
