/** Whether this node has all of a slot that anybody is known to hold: only then it serves it. */
import type { Membership } from '@understudy/cluster'
import type { SessionStore } from '@understudy/store'
import type { Peer } from '../peers/peer.js'
import type { MissingPeers } from './missing-peers.js'
import type { Quorum } from './quorum.js'

/** What it needs of its node. */
export interface CompletenessOptions {
  readonly store: SessionStore
  readonly membership: Membership
  /** Peers that are known, with or without a link. */
  readonly peers: () => Iterable<Peer>
  readonly hears: (name: string) => boolean
  /** Whether the slot's epoch is on disk, where there is one. */
  readonly isEpochKept?: ((slot: number) => boolean) | undefined
}

/** How complete the slots of one node are. */
export class Completeness {
  readonly #options: CompletenessOptions
  readonly #quorum: Quorum
  readonly #missing: MissingPeers

  constructor(options: CompletenessOptions, quorum: Quorum, missing: MissingPeers) {
    this.#options = options
    this.#quorum = quorum
    this.#missing = missing
  }

  /** Members hold what they rank for, dead or alive; others only if a primary has confirmed that they have everything. */
  isHolding(slot: number): boolean {
    const { membership, store } = this.#options
    return membership.placement.holds(slot, membership.self.name) || store.slot(slot).sequence > 0
  }

  /**
   * Begins to find out what back-ups may hold alone. One between two links is waited for.
   *
   * @param fresh whether they have just greeted, and told it; later it takes a comparison
   */
  ask(slot: number, fresh: boolean): void {
    const { peers, hears } = this.#options
    for (const { name, link, primarySide } of peers()) {
      if (!this.#isStoredBy(name, slot)) continue
      if (!fresh) primarySide.tookOver(slot)
      if (link === undefined && hears(name)) this.#missing.owes(name)
    }
  }

  /** Whether nobody is known to hold more than this node, and its epoch is as safe as it must be before it is used. */
  isReached(slot: number, open: readonly Peer[]): boolean {
    if (this.#options.isEpochKept?.(slot) === false) return false
    const settled: string[] = []
    for (const { name, primarySide } of open) {
      if (!this.#isStoredBy(name, slot)) continue
      if (!primarySide.isSettled(slot)) return false
      settled.push(name)
    }
    if (!this.#quorum.isComplete(slot, settled) || this.#mayBeBehind(slot)) return false
    return !this.#missing.anyOwing((name) => this.#isStoredBy(name, slot))
  }

  /**
   * Whether this node has just come back, what it has of the slot is of before, and somebody who may hold more is away:
   * as at any start that one is waited for, also if the others were at work and their primary is lost now.
   */
  #mayBeBehind(slot: number): boolean {
    const { membership, store } = this.#options
    return !store.slot(slot).isConfirmed && this.#missing.anyUnmet((name) => membership.placement.holds(slot, name))
  }

  #isStoredBy(peer: string, slot: number): boolean {
    return this.#options.membership.placement.stores(slot, peer)
  }
}
