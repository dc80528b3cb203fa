/**
 * Doubt: a node that did not run for so long that others may have taken over from it serves nothing until it knows
 * better: until each member that it has ever met has answered a ping sent since, or is not heard for a while.
 */
import type { Environment } from '../environment.js'

/** ms not running from which on others may have become suspicious; well below what `Suspicion` needs. */
const STALL = 450

/** ms that members are awaited who are not heard, nor were before, perhaps: whoever runs dials, and is heard by then. */
const UNHEARD = 500

/** A member whose word is awaited, and its link if it has one. */
export interface Awaited {
  readonly name: string
  readonly link: { readonly answeredAt: number; ping(): void } | undefined
}

/** What doubt needs of its node. */
export interface DoubtOptions<P extends Awaited> {
  readonly environment: Environment
  /** Members that were ever met, with or without a link: it may have been lost while this node did not run. */
  readonly members: () => Iterable<P>
  readonly hears: (name: string) => boolean
  /** Whether the peer has said where it stands since it was linked. */
  readonly isInformed: (peer: P) => boolean
}

/** Whether one node may still trust in being what it was. */
export class Doubt<P extends Awaited> {
  readonly #options: DoubtOptions<P>
  /** Names of those whose word is awaited. */
  readonly #awaited = new Set<string>()
  #looked: number
  #since = 0
  /** Somebody may wait for the end of it. */
  #began = false

  constructor(options: DoubtOptions<P>) {
    this.#options = options
    this.#looked = options.environment.now()
  }

  /** Whether nothing may be served. Cheap: asked for every request, since the stall ends in the middle of one. */
  get active(): boolean {
    if (this.#options.environment.now() - this.#looked > STALL) this.#look()
    return this.#awaited.size > 0
  }

  /** Looks at the clock and at those awaited; called every so often. Returns whether doubt ended since it last said so. */
  tick(): boolean {
    this.#look()
    const ended = this.#began && this.#awaited.size === 0
    if (ended) this.#began = false
    return ended
  }

  #look(): void {
    const { environment, members, hears, isInformed } = this.#options
    const now = environment.now()
    const stalled = now - this.#looked > STALL
    this.#looked = now
    const peers = new Map(Array.from(members(), (peer) => [peer.name, peer]))
    if (stalled) this.#begin(peers.values(), now)
    for (const name of this.#awaited) {
      const peer = peers.get(name)
      const answered = peer !== undefined && isInformed(peer) && (peer.link?.answeredAt ?? 0) >= this.#since
      const isAway = !hears(name) && now - this.#since >= UNHEARD
      if (answered || isAway) this.#awaited.delete(name)
      else peer?.link?.ping()
    }
  }

  #begin(members: Iterable<P>, now: number): void {
    this.#since = now
    this.#began = true
    for (const peer of members) {
      this.#awaited.add(peer.name)
      peer.link?.ping()
    }
  }
}
