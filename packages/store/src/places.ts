/**
 * All places of a store: their rows, by which key each is found, and what more there is of those in use and at rest.
 *
 *     key ──index──► row ─┬─ nobody asks ────► nothing more
 *                         ├─ at rest ────────► a record in a chunk
 *                         └─ in use ─────────► a seat: the object that stands for the place
 *
 * A million sessions at rest are some hundred blocks of numbers and some thousand chunks of bytes, and not one object each.
 */
import { Lexicon } from '@understudy/document'
import type { ByteReader, LiveDocuments } from '@understudy/document'
import { Session } from '@understudy/session'
import type { SessionKey, SessionLimits } from '@understudy/session'
import { KeyIndex } from './key-index.js'
import { keyWords, parseKey } from './key-words.js'
import { RecordChunks } from './record-chunks.js'
import type { Bearings } from './record-chunks.js'
import { packRecord, unpackRecord } from './resting-record.js'
import { RowLists } from './row-lists.js'
import { AT, BED, Bed, NO_ROW, Rows, SEAT, SEQUENCE } from './rows.js'
import { Seats } from './seats.js'
import type { FiledUnder } from './session-record.js'
import { StoredSession } from './stored-session.js'
import type { Home } from './stored-session.js'

/** How places behave: a part of a store's options. */
export interface PlacesOptions {
  readonly live: LiveDocuments
  readonly limits?: SessionLimits | undefined
  /** By which keys are found; a number that nobody else knows. Default: 0. */
  readonly seed?: number | undefined
}

/** What places ask of their store. */
export type PlacesWays = Pick<Home, 'readCold' | 'filedUnder'>

const key = keyWords()

/** The places of one store. */
export class Places implements Home {
  readonly rows = new Rows()
  readonly seats = new Seats<StoredSession>(this.rows)
  readonly records: RecordChunks
  readonly #options: PlacesOptions
  readonly #ways: PlacesWays
  readonly #index: KeyIndex
  readonly #lists: RowLists[] = []

  constructor(options: PlacesOptions, ways: PlacesWays) {
    this.#options = options
    this.#ways = ways
    this.#index = new KeyIndex(this.rows, options.seed ?? 0)
    const lexicon = new Lexicon()
    const bearings: Bearings = {
      liesAt: (row, chunk, at) => this.rows.get(row, BED) === Bed.chunk + chunk && this.rows.get(row, AT) === at,
      liesNow: (row, chunk, at) => {
        this.rows.set(row, BED, Bed.chunk + chunk)
        this.rows.set(row, AT, at)
      },
    }
    this.records = new RecordChunks(bearings, {
      pack: (body, packed) => packRecord(body, packed, lexicon),
      unpack: (packed, body) => unpackRecord(packed, body, lexicon),
    })
  }

  /** The place of a key. */
  find(sessionKey: SessionKey): StoredSession | undefined {
    const row = this.#index.find(parseKey(sessionKey, key))
    return row === NO_ROW ? undefined : this.at(row, sessionKey)
  }

  /** Makes a place for a key that has none. */
  make(sessionKey: SessionKey, slot: number): StoredSession {
    const row = this.rows.take(parseKey(sessionKey, key), slot)
    this.#index.add(row)
    return new StoredSession(this, row, sessionKey)
  }

  /** The place in a row that somebody has. @param sessionKey its key, if it is at hand */
  at(row: number, sessionKey?: SessionKey): StoredSession {
    const seat = this.rows.get(row, SEAT)
    return (seat === 0 ? undefined : this.seats.at(seat)) ?? new StoredSession(this, row, sessionKey)
  }

  /** The places in some rows, one by one. */
  *each(rows: Iterable<number>): Generator<StoredSession> {
    for (const row of rows) yield this.at(row)
  }

  /** All places, in no order. What comes and goes meanwhile may be among them or not. */
  *all(): Generator<StoredSession> {
    for (let row = NO_ROW + 1; row < this.rows.end; row++) {
      if (this.rows.get(row, BED) !== Bed.free) yield this.at(row)
    }
  }

  /** Everything in a place counts as known since this sequence: a new numbering begins. */
  redate(row: number, sequence: number): void {
    this.rows.setNumber(row, SEQUENCE, sequence)
    // In a record there are distances to this sequence, and none goes back to before it.
    this.seats.of(row)?.redate(sequence)
  }

  /** A place is given up, and leaves all lists. */
  drop(stored: StoredSession): void {
    if (stored.isGone) return
    for (const lists of this.#lists) lists.remove(stored.row)
    stored.leave()
    this.#index.remove(stored.row)
    this.rows.giveUp(stored.row)
  }

  /** Lists of places, for whoever needs some. */
  lists(): RowLists {
    const lists = new RowLists()
    this.#lists.push(lists)
    return lists
  }

  awake(record: ByteReader): Session {
    return Session.awake(record, this.#options)
  }

  readCold(stored: StoredSession): Session | undefined {
    return this.#ways.readCold(stored)
  }

  filedUnder(row: number): FiledUnder | undefined {
    return this.#ways.filedUnder(row)
  }
}
