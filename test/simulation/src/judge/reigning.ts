/**
 * Watches who serves what: in one epoch of a slot there is one primary, ever, and no dedicated back-up is. Who begins to
 * serve has what was acknowledged, as far as others hold it that are at hand.
 */
import type { Ledger, SessionAccount } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'
import { isAtHand, isIn, isLookedFor, nameOf, replicaOf } from './holding.js'

/** Whether two sides may each have served. */
export interface Split {
  /** Whether that has been so. */
  readonly was: () => boolean
  /** It has. */
  readonly happened: () => void
}

/** The newest reign over a slot that was seen. */
interface Newest {
  readonly epoch: number
  readonly by: Machine
  /** Simulated time when it was first seen. */
  readonly at: number
}

/** Who has been seen to serve. */
export class Reigning {
  readonly #machines: readonly Machine[]
  readonly #ledger: Ledger
  readonly #split: Split
  /** Slot and epoch → machine. */
  readonly #seen = new Map<string, string>()
  /** Slot → the highest epoch in which it was served. */
  readonly #newest = new Map<number, Newest>()

  constructor(machines: readonly Machine[], ledger: Ledger, split: Split) {
    this.#machines = machines
    this.#ledger = ledger
    this.#split = split
  }

  /** Looks at all slots that have sessions. */
  look(): void {
    const { slots } = this.#ledger
    for (const machine of this.#machines) {
      const { running } = machine
      for (const slot of slots) {
        const reign = running?.reign(slot)
        if (reign?.serving === true) this.#serves(machine, slot, reign.epoch)
      }
    }
  }

  /** The highest epoch in which the slot has been seen served; 0 if it was not. */
  newestOf(slot: number): number {
    return this.#newest.get(slot)?.epoch ?? 0
  }

  #serves(machine: Machine, slot: number, epoch: number): void {
    const { name, role } = machine
    this.#compare(machine, slot, epoch)
    const known = this.#seen.get(`${slot} ${epoch}`)
    if (known === name) return
    this.#seen.set(`${slot} ${epoch}`, name)
    if (known !== undefined) this.#ledger.violated('ONE_PRIMARY', `${known} and ${name} both served slot ${slot} in epoch ${epoch}`)
    if (role === 'backup') this.#ledger.violated('ONE_PRIMARY', `${name}, a dedicated back-up, served slot ${slot} in epoch ${epoch}`)
    if (this.#split.was()) return
    for (const session of this.#ledger.sessions.values()) if (session.slot === slot) this.#holdsAll(machine, session, epoch)
  }

  /**
   * A split through time: who took over from a machine is gone itself when that one comes back, and none of those with whom
   * it serves then was there meanwhile. So it knows nothing of the newer reign, and goes on in an older one or begins another.
   */
  #compare(machine: Machine, slot: number, epoch: number): void {
    const newest = this.#newest.get(slot)
    if (newest !== undefined && epoch !== newest.epoch && !this.#mayKnow(machine, newest)) this.#split.happened()
    if (newest === undefined || epoch > newest.epoch) this.#newest.set(slot, { epoch, by: machine, at: this.#ledger.now() })
  }

  /** Whether a machine, or one that it is linked with, was that primary or has been running ever since. */
  #mayKnow(machine: Machine, { by, at }: Newest): boolean {
    const knows = (one: Machine): boolean => one === by || one.steadySince <= at
    if (knows(machine)) return true
    const links = machine.running?.status().links ?? []
    const linked = new Set(links.flatMap(({ peer, state }) => (state === 'open' ? [peer] : [])))
    return this.#machines.some((one) => linked.has(one.name) && one.running !== undefined && knows(one))
  }

  #holdsAll(machine: Machine, session: SessionAccount, epoch: number): void {
    const due = session.entries.filter((entry) => isLookedFor(entry) && this.#ledger.mustHold(entry))
    if (due.length === 0) return
    const replica = replicaOf(machine, session)
    const lacking = due.filter((entry) => !isIn(replica, entry))
    for (const other of lacking.length === 0 ? [] : this.#machines) {
      if (other === machine || !isAtHand(other, this.#machines, this.#ledger.now())) continue
      const others = replicaOf(other, session)
      const lost = lacking.find((entry) => isIn(others, entry))
      if (lost !== undefined) this.#ledger.violated('NEWEST_HOLDS', `${machine.name} began to serve in epoch ${epoch} without ${nameOf(session, lost)} which ${other.name} holds`)
    }
  }
}
