/**
 * Stands by whenever something is acknowledged: as many nodes as it was said to have copies hold it at that moment, and
 * in partition `consistent` more than half of the members, and whoever serves in the newest epoch.
 *
 * A node that was started since, or is down, may have lost it or have it on disk: it counts as one that holds it.
 */
import type { Entry, Ledger, SessionAccount } from '../cast/ledger.js'
import type { Machine } from '../cast/machine.js'
import { readReplica } from '../cast/replica.js'

/** Of so many writes one is looked for: reading all replicas takes longer than the write. */
const EVERY = 4

/** Whether a machine holds something; undefined where nobody can know. */
type Holds = boolean | undefined

/** The witness of one history. */
export class Witness {
  readonly #machines: readonly Machine[]
  readonly #ledger: Ledger
  readonly #consistent: boolean

  constructor(machines: readonly Machine[], ledger: Ledger, consistent: boolean) {
    this.#machines = machines
    this.#ledger = ledger
    this.#consistent = consistent
  }

  /** Looks for what was just acknowledged. */
  look(session: SessionAccount, entry: Entry, copies: number): void {
    if (!isLookedFor(entry) || (copies < 2 && !this.#consistent)) return
    const holds = new Map(this.#machines.map((machine) => [machine, holdsOf(machine, session, entry)]))
    const count = this.#machines.filter((machine) => holds.get(machine) !== false).length
    if (count < copies) this.#ledger.violated('COPIES', `${nameOf(session, entry)} was said to have ${copies} copies, and has ${count} at most`)
    if (this.#consistent) this.#lookForMajority(session, entry, holds)
  }

  #lookForMajority(session: SessionAccount, entry: Entry, holds: ReadonlyMap<Machine, Holds>): void {
    const members = this.#machines.filter(({ role }) => role === 'member')
    const count = members.filter((machine) => holds.get(machine) !== false).length
    if (2 * count <= members.length) this.#ledger.violated('MAJORITY', `${nameOf(session, entry)} was acknowledged, and ${count} of ${members.length} members have it at most`)
    if (this.#ledger.losses() > 0) return
    const serving = members.flatMap((machine) => {
      const reign = machine.running?.reign(session.slot)
      return reign?.serving === true ? [{ machine, epoch: reign.epoch }] : []
    })
    const [newest] = serving.toSorted((one, other) => other.epoch - one.epoch)
    if (newest !== undefined && holds.get(newest.machine) === false) this.#ledger.violated('NEWEST_HOLDS', `${nameOf(session, entry)} was acknowledged, and ${newest.machine.name}, which serves in epoch ${newest.epoch}, lacks it`)
  }
}

/** Writes under names of their own can be told from all others; the end of a session too. */
function isLookedFor({ kind, name, value }: Entry): boolean {
  return kind === 'destroy' || (kind === 'write' && /^[uf]/.test(name) && value % EVERY === 0)
}

function holdsOf({ leads, startedAt }: Machine, { key }: SessionAccount, { kind, name, value, invokedAt }: Entry): Holds {
  if (leads === undefined || startedAt >= invokedAt) return undefined
  const replica = readReplica(leads, key)
  if (replica === 'dead') return true
  return kind !== 'destroy' && replica?.attributes.get(name) === value
}

function nameOf({ id }: SessionAccount, { kind, name, invokedAt }: Entry): string {
  return `${kind} ${name} of ${id}, asked for at ${invokedAt},`
}
