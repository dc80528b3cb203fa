/**
 * Whole sessions on their way from one store to another that holds nothing of them: the record at rest, nearly as it is
 * (session's whole.ts). Neither side makes a session of it.
 *
 *     record or session ──write──► whole ──── link ────► read, strictly ──► record ──► at rest
 *
 * Invariant: what is read changes nothing before all of it was found right; the record written then is the one that
 * merging the session's state and putting it to rest would have made.
 */
import { ByteReader, ByteWriter } from '@understudy/document'
import type { Admit, Reign } from '@understudy/document'
import { Session, WholeSessionReader, writeResting, writeWholeSession } from '@understudy/session'
import type { SessionKey } from '@understudy/session'
import type { DeltaEntry } from './delta-entry.js'
import { CLOCKS_DIFFER, isOfForgotten } from './forgotten.js'
import { cappedAt, upTo } from './merging.js'
import { arrivedRecord } from './resting-record.js'
import type { Slot } from './slot.js'
import { Before } from './store-calls.js'
import type { SessionStoreOptions } from './store-calls.js'
import type { StoredSession } from './stored-session.js'

/** Bytes of the two buffers in which what is to be sent is handed out in turn: more than a frame takes. */
const SLAB = 2 ** 19
/** A larger session has a buffer of its own. */
const LARGE = SLAB / 8

const NO_BYTES = new Uint8Array(0)

const resting = new ByteWriter()
const whole = new ByteWriter()
const source = new ByteReader(NO_BYTES, 'DELTA_MALFORMED')

/** A whole session, and the cut it was made at. */
export interface WholeSession {
  /** For `WholeSessions.take`; a window on what is written to again when half a megabyte of other sessions was. */
  readonly bytes: Uint8Array
  readonly cut: Before
}

/** What whole sessions ask of their store. */
export interface WholeSessionsWays {
  slotOf(key: SessionKey): Slot
  find(key: SessionKey): StoredSession | undefined
  /** A session is there that was not, and brought these attributes. */
  arrived(stored: StoredSession, deadline: number | undefined, names: readonly string[]): void
  /** Merges a delta, as from any primary. */
  merge(entry: DeltaEntry, admit: Admit): 'merged' | 'lacks'
}

/** The whole sessions that a store sends and takes in. */
export class WholeSessions {
  readonly #options: SessionStoreOptions
  readonly #ways: WholeSessionsWays
  readonly #arriving = new WholeSessionReader()
  #slab = NO_BYTES
  #otherSlab = NO_BYTES
  #used = SLAB

  constructor(options: SessionStoreOptions, ways: WholeSessionsWays) {
    this.#options = options
    this.#ways = ways
  }

  /** The whole form of a living session in memory; undefined where it has none. Who is at rest stays so. */
  write(stored: StoredSession): WholeSession | undefined {
    const reader = stored.resting() ?? restingOf(stored)
    if (reader === undefined) return undefined
    whole.reset()
    const benchmark = writeWholeSession(reader, whole)
    if (benchmark === undefined) return undefined
    const retains = this.#options.mode === 'benchmark'
    return { bytes: this.#keep(), cut: new Before(retains ? benchmark : undefined, stored.sequence) }
  }

  /**
   * ⑥ takes a session that a primary sends whole: where nothing is known of it, it rests as it came, else it is merged.
   *
   * @param writers the reign under which it was sent
   * @param now ms since 1970; an access much later is none
   * @returns as `SessionStore.merge`
   * @throws DocumentError, SessionError for damaged or forged input; nothing was changed
   */
  take(key: SessionKey, bytes: Uint8Array, writers: Reign, now = Infinity): 'merged' | 'lacks' {
    const admit = upTo(writers)
    const arriving = this.#arriving
    source.reset(bytes, 0)
    arriving.read(source, key, admit)
    const slot = this.#ways.slotOf(key)
    // Dead ones are among those known, and what would be of one whose death was dropped is for the merge to judge.
    const isKnown = this.#ways.find(key) !== undefined || isOfForgotten(arriving.createdAt, slot.forgotten)
    if (isKnown) return this.#ways.merge(cappedAt(this.#entry(key, bytes), now), admit)
    const stored = slot.place(key)
    slot.enter(stored, arriving.high, arriving.low)
    const lastAccess = Math.min(arriving.lastAccess, now + CLOCKS_DIFFER)
    const deadline = arriving.deadlineAfter(lastAccess)
    stored.arrive(arrivedRecord(arriving, bytes, lastAccess, stored.sequence), deadline)
    this.#ways.arrived(stored, deadline, arriving.names())
    return 'merged'
  }

  /** What was read, as a delta. */
  #entry(key: SessionKey, bytes: Uint8Array): DeltaEntry {
    source.reset(bytes.slice(), 0)
    return { key, ...Session.awake(source, this.#options).state() }
  }

  #keep(): Uint8Array {
    const { length } = whole
    if (length > LARGE) return whole.take()
    if (length > SLAB - this.#used) {
      const next = this.#otherSlab === NO_BYTES ? new Uint8Array(SLAB) : this.#otherSlab
      this.#otherSlab = this.#slab
      this.#slab = next
      this.#used = 0
    }
    const bytes = this.#slab.subarray(this.#used, this.#used + length)
    whole.copyTo(bytes)
    this.#used += length
    return bytes
  }
}

/** A session in use, as it would rest. */
function restingOf(stored: StoredSession): ByteReader | undefined {
  const session = stored.look()
  if (session === undefined) return undefined
  resting.reset()
  writeResting(resting, session)
  source.reset(resting.window(), 0)
  return source
}
