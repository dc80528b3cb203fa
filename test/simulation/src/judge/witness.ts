/**
 * Stands by whenever something is acknowledged: as many nodes as it was said to have copies hold it at that moment, and
 * in partition `consistent` more than half of the members, and whoever serves in the newest epoch.
 */
import type { Entry, Ledger, SessionAccount } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'
import { isLookedFor, mayHold, nameOf } from './holding.js'
import type { Reigning } from './reigning.js'

/** The witness of one history. */
export class Witness {
  readonly #machines: readonly Machine[]
  readonly #ledger: Ledger
  readonly #reigning: Reigning
  readonly #consistent: boolean

  constructor(machines: readonly Machine[], ledger: Ledger, reigning: Reigning, consistent: boolean) {
    this.#machines = machines
    this.#ledger = ledger
    this.#reigning = reigning
    this.#consistent = consistent
  }

  /** Looks for what was just acknowledged. */
  look(session: SessionAccount, entry: Entry, copies: number): void {
    if (!isLookedFor(entry) || (copies < 2 && !this.#consistent)) return
    const holders = new Set(this.#machines.filter((machine) => mayHold(machine, session, entry)))
    const count = holders.size
    if (count < copies) this.#ledger.violated('COPIES', `${nameOf(session, entry)} was said to have ${copies} copies, and has ${count} at most`)
    if (this.#consistent) this.#lookForMajority(session, entry, holders)
  }

  #lookForMajority(session: SessionAccount, entry: Entry, holders: ReadonlySet<Machine>): void {
    const members = this.#machines.filter(({ role }) => role === 'member')
    const count = members.filter((machine) => holders.has(machine)).length
    if (2 * count <= members.length) this.#ledger.violated('MAJORITY', `${nameOf(session, entry)} was acknowledged, and ${count} of ${members.length} members have it at most`)
    if (this.#ledger.losses() > 0) return
    // Who is cut off may not know that it was deposed; while its successor hands the slot over, it is the only one that serves.
    const newestEpoch = this.#reigning.newestOf(session.slot)
    const serving = members.flatMap((machine) => {
      const reign = machine.running?.reign(session.slot)
      return reign?.serving === true && reign.epoch >= newestEpoch ? [{ machine, epoch: reign.epoch }] : []
    })
    const [newest] = serving.toSorted((one, other) => other.epoch - one.epoch)
    if (newest !== undefined && !holders.has(newest.machine)) this.#ledger.violated('NEWEST_HOLDS', `${nameOf(session, entry)} was acknowledged, and ${newest.machine.name}, which serves in epoch ${newest.epoch}, lacks it`)
  }
}
