/**
 * One slot: a 256th of all sessions, with its own epoch, sequence and digest.
 *
 * Invariant: the digest is the exclusive or of the fingerprints of everything in the slot, kept up at every change.
 */
import { Digest } from '@understudy/differencing'
import type { Reign } from '@understudy/document'
import type { SessionKey } from '@understudy/session'
import { ChangeOrder } from './change-order.js'
import { StoredSession } from './stored-session.js'

/** The sessions of one slot. */
export class Slot {
  readonly number: number
  readonly sessions = new Map<SessionKey, StoredSession>()
  readonly order = new ChangeOrder()
  /** Newest epoch known for the slot; 0 before any primary. */
  epoch = 0
  /** On the primary: number of the latest change. On a back-up: the primary's sequence up to which all is held. */
  sequence = 0
  /** Set while this node is the slot's primary. */
  reign: Reign | undefined
  readonly #digest = new Digest()

  constructor(number: number) {
    this.number = number
  }

  /** The digest as two 32-bit words. */
  get digest(): readonly [number, number] {
    return [this.#digest.high, this.#digest.low]
  }

  /** The place of a key, made if there is none. */
  place(key: SessionKey): StoredSession {
    const known = this.sessions.get(key)
    if (known !== undefined) return known
    const stored = new StoredSession(key, this.number)
    this.sessions.set(key, stored)
    return stored
  }

  /** Records that a place changed: on a primary this takes the next sequence number. */
  record(stored: StoredSession, fingerprint: readonly [number, number]): void {
    if (this.reign !== undefined) this.sequence++
    stored.sequence = this.sequence
    this.order.moveToEnd(stored)
    this.#digest.toggle(stored.fingerprint[0], stored.fingerprint[1])
    this.#digest.toggle(fingerprint[0], fingerprint[1])
    stored.fingerprint = fingerprint
  }

  /** Takes a place out: its death marker has served its time. */
  drop(stored: StoredSession): void {
    this.sessions.delete(stored.key)
    this.order.remove(stored)
    this.#digest.toggle(stored.fingerprint[0], stored.fingerprint[1])
  }
}
