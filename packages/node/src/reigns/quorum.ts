/**
 * Who may write, and who may begin, in partition `consistent`; in partition `available` everybody may.
 *
 * A write counts once more than half of its slot's holders hold it, and who takes over must have heard so many of them
 * that one of these is among them: hence an acknowledged write is never lost, whatever a side without majority did
 * before it knew. Dedicated back-ups and stand-ins hold copies, too, but no votes: a new primary may not hear them.
 */
import { beginQuorum, writeQuorum } from '@understudy/cluster'
import type { Membership } from '@understudy/cluster'

/** What a quorum needs of its node. */
export interface QuorumOptions {
  readonly partition: 'available' | 'consistent'
  readonly membership: Membership
  readonly isAlive: (name: string) => boolean
}

/** The quorums of one node's slots. */
export class Quorum {
  readonly #options: QuorumOptions

  constructor(options: QuorumOptions) {
    this.#options = options
  }

  /** Whether a write to the slot may be made at all. */
  mayWrite(slot: number): boolean {
    return this.#hasMajority(slot, writeQuorum)
  }

  /** Whether a write that this node and these back-ups hold may be acknowledged. */
  isKept(slot: number, backups: readonly string[]): boolean {
    if (this.#options.partition === 'available') return true
    return this.#voters(slot, (name) => backups.includes(name)) >= writeQuorum(this.#holders(slot).length)
  }

  /** Whether this node may become primary of the slot. */
  mayBegin(slot: number): boolean {
    return this.#hasMajority(slot, beginQuorum)
  }

  /** Whether this node, having fetched what these peers held, holds all that was acknowledged. */
  isComplete(slot: number, peers: readonly string[]): boolean {
    if (this.#options.partition === 'available') return true
    return this.#voters(slot, (name) => peers.includes(name)) >= beginQuorum(this.#holders(slot).length)
  }

  /** Whether this side has the majority of members, and so many of the slot's holders as it takes. */
  #hasMajority(slot: number, quorum: (holders: number) => number): boolean {
    if (this.#options.partition === 'available') return true
    return this.#options.membership.isMajority && this.#voters(slot, this.#options.isAlive) >= quorum(this.#holders(slot).length)
  }

  /** How many holders of the slot are this node or one of these. A loop: it is asked of every slot, and of every save. */
  #voters(slot: number, are: (name: string) => boolean): number {
    const { self } = this.#options.membership
    let voters = 0
    for (const name of this.#holders(slot)) if (name === self.name || are(name)) voters++
    return voters
  }

  #holders(slot: number): readonly string[] {
    return this.#options.membership.placement.holders(slot)
  }
}
