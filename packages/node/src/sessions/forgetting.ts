/**
 * Drops death markers of the slots that this node reigns, a few slots at a time: when everyone that stores the slot, dead
 * or alive, has acknowledged all of it, or when there are too many.
 */
import type { Membership } from '@understudy/cluster'
import type { SessionStore } from '@understudy/store'
import type { Environment } from '../environment.js'
import type { Peer } from '../peers/peer.js'

/** Slots looked at in one step; with a step a second, each slot is once in 64 s. */
const SLOTS = 4

/** What forgetting needs of its node. */
export interface ForgettingOptions {
  readonly environment: Environment
  readonly store: SessionStore
  readonly membership: Membership
  /** Peers with a link. */
  readonly open: () => Iterable<Peer>
}

/** The forgetting of one node. */
export class Forgetting {
  readonly #options: ForgettingOptions
  #next = 0

  constructor(options: ForgettingOptions) {
    this.#options = options
  }

  /** Looks at the next few slots. */
  step(): void {
    const { environment, store } = this.#options
    for (let i = 0; i < SLOTS; i++) {
      store.forgetting.forget(this.#next, environment.now(), this.#isHeld(this.#next))
      this.#next = (this.#next + 1) % store.slots.length
    }
  }

  #isHeld(slot: number): boolean {
    const { membership, open } = this.#options
    const holding = new Set([membership.self.name])
    for (const peer of open()) if (peer.primarySide.isHeld(slot)) holding.add(peer.name)
    return membership.placement.storing(slot).every((name) => holding.has(name))
  }
}
