/** Watches who serves what: in one epoch of a slot there is one primary, ever. */
import type { Ledger } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'

/** Who has been seen to serve. */
export class Reigning {
  readonly #machines: readonly Machine[]
  readonly #ledger: Ledger
  /** Slot and epoch → machine. */
  readonly #seen = new Map<string, string>()

  constructor(machines: readonly Machine[], ledger: Ledger) {
    this.#machines = machines
    this.#ledger = ledger
  }

  /** Looks at all slots that have sessions. */
  look(): void {
    const slots = new Set(Array.from(this.#ledger.sessions.values(), ({ slot }) => slot))
    for (const { name, running } of this.#machines) {
      for (const slot of slots) {
        const reign = running?.reign(slot)
        if (reign?.serving !== true) continue
        const known = this.#seen.get(`${slot} ${reign.epoch}`)
        if (known !== undefined && known !== name) this.#ledger.violated('ONE_PRIMARY', `${known} and ${name} both served slot ${slot} in epoch ${reign.epoch}`)
        this.#seen.set(`${slot} ${reign.epoch}`, name)
      }
    }
  }
}
