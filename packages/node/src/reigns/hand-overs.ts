/**
 * Planned changes of a primary: this node gives slots to the one that should have them, without a gap in service.
 *
 *             the other has been sent all            all back-ups acknowledged all
 *   syncing ─────────────────────────────► draining ─────────────────────────────► given
 *      ▲                                      │ took too long
 *      └──────────────────────────────────────┘
 *
 * While syncing the slot is served as ever. While draining, requests wait: for one round trip to the back-ups, as a
 * rule. Then the reign ends, and the other, which holds just what this node holds, begins its own and serves at once; in
 * partition `consistent` one round trip later, when others have heard of its epoch.
 */
import type { Environment } from '../environment.js'
import type { Peer } from '../peers/peer.js'

/** ms that slow back-ups other than the next primary may keep a slot draining. */
const OTHERS_WAIT = 300
/** ms after which a slot that drains is served again, to try later. */
const DRAIN_LIMIT = 1_000
/** ms before the next try. */
const REST = 500

/** What hand-overs need of the node's reigns. */
export interface HandOversOptions {
  readonly environment: Environment
  /** The peer of this name, if it has a link. */
  readonly peer: (name: string) => Peer | undefined
  /** Linked peers that store the slot. */
  readonly storing: (slot: number) => Iterable<Peer>
  /** Whether the slot is served now. */
  readonly serves: (slot: number) => boolean
  /** Requests to the slot wait from now on. */
  readonly pause: (slot: number) => void
  /** The slot is served again. */
  readonly resume: (slot: number) => void
  /** The reign over the slots ends in favour of the peer. */
  readonly give: (slots: readonly number[], to: Peer) => void
}

interface HandOver {
  readonly to: string
  /** Since when requests wait; undefined while syncing. */
  draining: number | undefined
  /** Not before this time. */
  restUntil: number
}

/** The hand-overs under way on one node. */
export class HandOvers {
  readonly #options: HandOversOptions
  readonly #slots = new Map<number, HandOver>()

  constructor(options: HandOversOptions) {
    this.#options = options
  }

  /** Whether any slot is on its way. */
  get any(): boolean {
    return this.#slots.size > 0
  }

  /** Whether requests to the slot wait until it is given. */
  isDraining(slot: number): boolean {
    return this.#slots.get(slot)?.draining !== undefined
  }

  /** The slot should be another's. */
  pursue(slot: number, to: string): void {
    const known = this.#slots.get(slot)
    if (known?.to === to) return
    this.drop(slot)
    this.#slots.set(slot, { to, draining: undefined, restUntil: 0 })
  }

  /** The slot stays, or is lost otherwise. */
  drop(slot: number): void {
    const known = this.#slots.get(slot)
    this.#slots.delete(slot)
    if (known?.draining !== undefined) this.#options.resume(slot)
  }

  /** Goes on as far as it can. Called whenever a back-up has acknowledged something, and every so often. */
  step(): void {
    if (this.#slots.size === 0) return
    const now = this.#options.environment.now()
    const given = new Map<Peer, number[]>()
    for (const [slot, handOver] of this.#slots) {
      const to = this.#options.peer(handOver.to)
      if (handOver.draining === undefined) this.#drain(slot, handOver, to, now)
      if (handOver.draining === undefined) continue
      if (to !== undefined && this.#isDrained(slot, to, now - handOver.draining)) {
        this.#slots.delete(slot)
        const slots = given.get(to)
        if (slots === undefined) given.set(to, [slot])
        else slots.push(slot)
      } else if (now - handOver.draining > DRAIN_LIMIT) {
        handOver.draining = undefined
        handOver.restUntil = now + REST
        this.#options.resume(slot)
      }
    }
    for (const [to, slots] of given) this.#options.give(slots, to)
  }

  #drain(slot: number, handOver: HandOver, to: Peer | undefined, now: number): void {
    if (now < handOver.restUntil || to?.primarySide.isCaughtUp(slot) !== true || !this.#options.serves(slot)) return
    handOver.draining = now
    this.#options.pause(slot)
  }

  #isDrained(slot: number, to: Peer, waited: number): boolean {
    if (!to.primarySide.isHeld(slot)) return false
    if (waited > OTHERS_WAIT) return true
    for (const peer of this.#options.storing(slot)) if (!peer.primarySide.isHeld(slot)) return false
    return true
  }
}
