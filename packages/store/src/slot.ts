/**
 * One slot: a 256th of all sessions, with its own epoch, sequence and digest.
 *
 * Invariants: the digest is the exclusive or of the fingerprints of everything in the slot, kept up at every change;
 * sequences are those of one epoch's numbering, and the next epoch begins anew.
 */
import { Digest } from '@understudy/differencing'
import type { Reign } from '@understudy/document'
import type { SessionKey } from '@understudy/session'
import { ChangeOrder } from './change-order.js'
import { NOTHING_FORGOTTEN, isForgotten, joinForgotten } from './forgotten.js'
import type { Forgotten } from './forgotten.js'
import type { KeptPosition, Persistence } from './persistence.js'
import type { Places } from './places.js'
import { BED, HIGH, LOW, isDeath } from './rows.js'
import { StoreError } from './store-error.js'
import type { StoredSession } from './stored-session.js'

/** The sessions of one slot. */
export class Slot {
  readonly number: number
  readonly #places: Places
  readonly #order: ChangeOrder
  /** Living sessions in it. */
  living = 0
  #size = 0
  /** Rows of the death markers among them. */
  readonly #deaths = new Set<number>()
  #epoch = 0
  #sequence = 0
  #reign: Reign | undefined
  #begunAt = 0
  #isConfirmed = false
  #forgotten = NOTHING_FORGOTTEN
  readonly #digest = new Digest()
  readonly #persistence: Pick<Persistence, 'putPosition'> | undefined

  /**
   * @param places those of the store, in which this slot has its own
   * @param persistence where the slot's position is kept, if anywhere
   */
  constructor(number: number, places: Places, persistence?: Pick<Persistence, 'putPosition'>) {
    this.number = number
    this.#places = places
    this.#order = new ChangeOrder(places.rows)
    this.#persistence = persistence
  }

  /** Newest epoch known for the slot, whoever reigns; 0 before any primary. */
  get epoch(): number {
    return this.#epoch
  }

  /**
   * On the primary: number of the latest change. On a back-up: number of the change up to which it holds all that the
   * primary of this epoch does, 0 while nothing says so.
   */
  get sequence(): number {
    return this.#sequence
  }

  /** Set while this node is the slot's primary. */
  get reign(): Reign | undefined {
    return this.#reign
  }

  /** The reign of this node. @throws StoreError NO_REIGN */
  requireReign(): Reign {
    if (this.#reign === undefined) throw new StoreError('NO_REIGN', `this node is not primary of slot ${this.number}`)
    return this.#reign
  }

  /** When this node's reign began, ms since 1970: earlier times may be of other clocks. */
  get begunAt(): number {
    return this.#begunAt
  }

  /** Whether some primary has found all it had here since this process began: what came from disk may be of long ago. */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  /** Up to when death markers were dropped here. */
  get forgotten(): Forgotten {
    return this.#forgotten
  }

  /** Everything in it, living and dead. */
  get size(): number {
    return this.#size
  }

  /** Death markers in it. */
  get deathCount(): number {
    return this.#deaths.size
  }

  /** Everything in it, newest change first. The one at hand may be given up meanwhile; what changes may come twice. */
  all(): Iterable<StoredSession> {
    return this.#places.each(this.#order.all())
  }

  /** What changed after the sequence, newest first, in time proportional to its number. */
  changedSince(sequence: number): Iterable<StoredSession> {
    return this.#places.each(this.#order.since(sequence))
  }

  /** The death markers in it. */
  get deaths(): StoredSession[] {
    return [...this.#places.each(this.#deaths)]
  }

  /** The digest as two 32-bit words. */
  get digest(): readonly [number, number] {
    return [this.#digest.high, this.#digest.low]
  }

  /**
   * This node becomes the slot's primary, or goes on under a higher epoch. A new reign numbers its changes from 2:
   * all that it begins with counts as change 1.
   *
   * @param now ms since 1970; 0 where all have one clock
   * @returns whether it was none before
   */
  begin(reign: Reign, now = 0): boolean {
    const isNew = this.#reign === undefined
    if (isNew) {
      this.#sequence = 1
      this.#begunAt = now
      for (const row of this.#order.all()) this.#places.redate(row, 1)
    }
    this.#reign = reign
    this.#epoch = Math.max(this.#epoch, reign.epoch)
    this.#persistence?.putPosition(this)
    return isNew
  }

  /** This node is no longer the slot's primary. Its numbering says nothing about the next one's. */
  end(): void {
    this.#reign = undefined
    this.#sequence = 0
    this.#persistence?.putPosition(this)
  }

  /** Another node reigns in this epoch. What was held up to a sequence of an older one says nothing in its numbering. */
  follow(epoch: number): void {
    if (this.#reign !== undefined || epoch <= this.#epoch) return
    this.#epoch = epoch
    this.#sequence = 0
    this.#persistence?.putPosition(this)
  }

  /** As a back-up, holds all that the primary of the present epoch did at this sequence. */
  advance(sequence: number): void {
    this.#isConfirmed = true
    if (this.#reign !== undefined || sequence === this.#sequence) return
    this.#sequence = sequence
    this.#persistence?.putPosition(this)
  }

  /**
   * Where the slot stands, as it is kept for the next process. A reign ends with its process, and its numbering with it:
   * of a slot reigned only the epoch is of use later.
   */
  position(): KeptPosition {
    const sequence = this.#reign === undefined ? this.#sequence : 0
    return { slot: this.number, epoch: this.#epoch, sequence, forgotten: this.#forgotten }
  }

  /** Stands where a former process left it; `rows` of what it held, oldest change first. */
  restore(position: KeptPosition | undefined, rows: readonly number[]): void {
    this.#epoch = position?.epoch ?? 0
    this.#sequence = position?.sequence ?? 0
    this.#forgotten = position?.forgotten ?? NOTHING_FORGOTTEN
    // Rows only: an object for each would be most of what a start takes.
    const { rows: table } = this.#places
    for (const row of rows) {
      if (isDeath(table.get(row, BED))) this.#deaths.add(row)
      this.#order.moveToEnd(row)
      this.#digest.toggle(table.get(row, HIGH), table.get(row, LOW))
    }
  }

  /** The place of a key, made if there is none. */
  place(key: SessionKey): StoredSession {
    const known = this.#places.find(key)
    if (known !== undefined) return known
    this.#size++
    return this.#places.make(key, this.number)
  }

  /** Records that a place changed: on a primary this takes the next sequence number. */
  record(stored: StoredSession, fingerprint: readonly [number, number]): void {
    if (this.#reign !== undefined) this.#sequence++
    stored.sequence = this.#sequence
    this.#order.moveToEnd(stored.row)
    this.#toggle(stored)
    this.#digest.toggle(fingerprint[0], fingerprint[1])
    stored.fingerprint = fingerprint
    if (stored.death !== undefined) this.#deaths.add(stored.row)
  }

  /** Records that a place was filled with what this is the fingerprint of, without looking at it. */
  enter(stored: StoredSession, high: number, low: number): void {
    if (this.#reign !== undefined) this.#sequence++
    stored.sequence = this.#sequence
    this.#order.moveToEnd(stored.row)
    this.#digest.toggle(high, low)
    stored.fingerprint = [high, low]
  }

  /** Takes a place out: its death marker has served its time, or its record turned out to be damaged. */
  drop(stored: StoredSession): void {
    if (stored.isGone) return
    this.#deaths.delete(stored.row)
    this.#order.remove(stored.row)
    this.#toggle(stored)
    this.#size--
    this.#places.drop(stored)
  }

  /** The death markers that are dropped up to these times. */
  forgettable(upTo: Forgotten): StoredSession[] {
    return this.deaths.filter(({ death }) => death !== undefined && isForgotten(death, upTo))
  }

  /** The digest as it would be without these. */
  digestWithout(places: Iterable<StoredSession>): readonly [number, number] {
    let [high, low] = this.digest
    for (const { fingerprint } of places) {
      high = (high ^ fingerprint[0]) >>> 0
      low = (low ^ fingerprint[1]) >>> 0
    }
    return [high, low]
  }

  /** Death markers up to these times were dropped, here or by whoever holds no more than this node. */
  remember(forgotten: Forgotten): void {
    const joined = joinForgotten(this.#forgotten, forgotten)
    if (joined === this.#forgotten) return
    this.#forgotten = joined
    this.#persistence?.putPosition(this)
  }

  #toggle(stored: StoredSession): void {
    const halves = stored.fingerprint
    this.#digest.toggle(halves[0], halves[1])
  }
}
