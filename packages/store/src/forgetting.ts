/**
 * Drops death markers, as primary of a slot by what forgotten.ts says, as back-up by what the primary's marks say; and
 * hands the memory of those that were dropped on.
 */
import type { Death } from '@understudy/session'
import { forgettable } from './forgotten.js'
import type { Forgotten } from './forgotten.js'
import { equalFingerprints } from './merging.js'
import type { Slot } from './slot.js'
import type { StoredSession } from './stored-session.js'

/** Death markers kept on a node at most, unless it is told otherwise. */
const DEATH_LIMIT = 250_000
const SLOTS = 256

/** How long markers are kept: a part of a store's options. */
export interface ForgettingOptions {
  readonly deathRetention: number
  readonly deathLimit?: number | undefined
}

/** What forgetting needs of its store. */
export interface ForgettingStore {
  slot(number: number): Slot
  /** A marker was dropped: so is its record. */
  dropped(stored: StoredSession): void
  /** A marker is to be dated anew, if need be. */
  restate(stored: StoredSession, death: Death): void
}

/** The forgetting of one store. */
export class Forgetting {
  readonly #retention: number
  readonly #limit: number
  readonly #store: ForgettingStore

  constructor({ deathRetention, deathLimit = DEATH_LIMIT }: ForgettingOptions, store: ForgettingStore) {
    this.#retention = deathRetention
    this.#limit = Math.ceil(deathLimit / SLOTS)
    this.#store = store
  }

  /**
   * As primary of a slot, drops what nothing can need any more; back-ups follow by `agree`.
   *
   * @param now ms since 1970
   * @param isHeld whether everyone who stores the slot, dead or alive, holds all of it
   */
  forget(number: number, now: number, isHeld: boolean): void {
    const slot = this.#store.slot(number)
    if (slot.reign === undefined || slot.deathCount === 0) return
    const deaths = slot.deaths.flatMap(({ death }) => death ?? [])
    this.#drop(slot, forgettable(deaths, { now, retention: this.#retention, limit: this.#limit, isHeld }))
  }

  /**
   * As back-up, whether a slot is what the primary's digest says, perhaps once the markers are dropped that the primary has
   * dropped: they are dropped then. Who holds the same may forget the same.
   */
  agree(number: number, digest: readonly [number, number], forgotten: Forgotten): boolean {
    const slot = this.#store.slot(number)
    if (!equalFingerprints(slot.digest, digest)) {
      if (!equalFingerprints(slot.digestWithout(slot.forgettable(forgotten)), digest)) return false
      this.#drop(slot, forgotten)
    }
    slot.remember(forgotten)
    return true
  }

  /** As primary, takes over the memory of a back-up of which everything is held here. Markers that it has dropped are kept anew. */
  learn(number: number, forgotten: Forgotten): void {
    const slot = this.#store.slot(number)
    slot.remember(forgotten)
    for (const stored of slot.forgettable(forgotten)) if (stored.death !== undefined) this.#store.restate(stored, stored.death)
  }

  #drop(slot: Slot, forgotten: Forgotten): void {
    const dropped = slot.forgettable(forgotten)
    for (const stored of dropped) {
      slot.drop(stored)
      this.#store.dropped(stored)
    }
    if (dropped.length > 0) slot.remember(forgotten)
  }
}
