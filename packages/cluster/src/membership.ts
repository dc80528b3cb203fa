/**
 * Membership: the nodes that placement counts with. Today a static list, the configured peers; the interface leaves
 * room for a coordinator (etcd) that changes the list while nodes serve.
 *
 * A configured peer counts as a member until it says otherwise: only its hello tells that it is a dedicated back-up.
 * A dedicated back-up need not be configured anywhere; a member must be, or two nodes would place slots differently.
 */
import { Placement } from './placement.js'
import type { Member } from './placement.js'
import type { Standing } from './standings.js'

/** A node that asks for a link, as its hello describes it. */
export interface Arrival extends Member {
  readonly url: string
}

/** What membership says to an arrival. */
export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly message: string }

/** Static membership: the node itself, its configured peers, and dedicated back-ups that came by themselves. */
export class Membership {
  readonly self: Member
  readonly #configured: ReadonlySet<string>
  readonly #backups: number
  /** Nodes to which epochs are dealt out, and this node's place among them. */
  readonly #turns: number
  readonly #turn: number
  readonly #roles = new Map<string, 'member' | 'backup'>()
  readonly #urls = new Map<string, string>()
  /** What the living say of themselves; undefined where everybody counts as alive. */
  #living: ReadonlyMap<string, Standing | undefined> | undefined
  #placed = true
  #placement: Placement

  /**
   * @param self this node
   * @param peers name → WebSocket URL of the configured peers
   * @param backups how many members back up each slot
   */
  constructor(self: Arrival, peers: Readonly<Record<string, string>>, backups: number) {
    this.self = self
    this.#backups = backups
    this.#configured = new Set(Object.keys(peers))
    const dealtTo = [self.name, ...this.#configured].toSorted()
    this.#turns = dealtTo.length
    this.#turn = dealtTo.indexOf(self.name)
    this.#roles.set(self.name, self.role)
    this.#urls.set(self.name, self.url)
    for (const [name, url] of Object.entries(peers)) {
      this.#roles.set(name, 'member')
      this.#urls.set(name, url)
    }
    this.#placement = this.#place()
  }

  /** The placement for the members known now; a new object after every change. */
  get placement(): Placement {
    return this.#placement
  }

  /** All known nodes with the URLs clients reach them by, this node first. */
  get nodes(): readonly Arrival[] {
    return [...this.#roles].map(([name, role]) => ({ name, role, url: this.#urls.get(name) ?? '' }))
  }

  /**
   * The first epoch above `newest` that is this node's to begin. Epochs are dealt out to the configured nodes in turn, in
   * the order of their names, so that two sides of a split never begin the same one (Lamport's ballot numbers do so, too:
   * The Part-Time Parliament, 1998). That asks for the same `peers` on all members, as placement does.
   */
  nextEpoch(newest: number): number {
    const next = newest + 1
    return next + ((this.#turn - (next % this.#turns) + this.#turns) % this.#turns)
  }

  /** Takes note of a node's role when it says hello, or tells why it can't be let in. */
  admit(arrival: Arrival): Admission {
    if (arrival.name === this.self.name) {
      return { admitted: false, message: `two nodes are named "${arrival.name}"; give each its own --name` }
    }
    if (arrival.role === 'member' && !this.#configured.has(arrival.name)) {
      const fix = `add --peer ${arrival.name}=ws://… to "${this.self.name}" or start "${arrival.name}" with --role backup`
      return { admitted: false, message: `"${arrival.name}" is no configured peer of "${this.self.name}"; ${fix}` }
    }
    if (!this.#urls.has(arrival.name)) this.#urls.set(arrival.name, arrival.url)
    if (this.#roles.get(arrival.name) !== arrival.role) {
      this.#roles.set(arrival.name, arrival.role)
      this.#placement = this.#place()
    }
    return { admitted: true }
  }

  /**
   * From now on these are alive, and have said this of themselves. A dedicated back-up learns of members like this.
   *
   * @param placed whether the placement is to be over the living; otherwise it is over all, dead or alive
   * @returns whether the placement is another one now
   */
  live(living: ReadonlyMap<string, Standing | undefined>, placed: boolean): boolean {
    this.#living = living
    this.#placed = placed
    for (const [name, standing] of living) {
      if (standing === undefined || (standing.role === 'member' && this.self.role === 'member' && !this.#configured.has(name))) continue
      this.#roles.set(name, standing.role)
      // Its own word counts: all nodes then give clients the same address, whatever way each of them has to it.
      if (standing.url !== '') this.#urls.set(name, standing.url)
    }
    const before = this.#placement
    this.#placement = this.#place()
    return this.#placement !== before
  }

  /** Whether more than half of all members are alive. */
  get isMajority(): boolean {
    const members = this.#members().filter(({ role }) => role === 'member')
    return members.filter(({ alive }) => alive).length * 2 > members.length
  }

  #members(): Required<Member>[] {
    return [...this.#roles].map(([name, role]) => {
      return { name, role, rank: this.#living?.get(name)?.rank ?? 'share', alive: this.#living?.has(name) ?? true }
    })
  }

  #place(): Placement {
    const members = this.#placed ? this.#members() : this.#members().map((member) => ({ ...member, alive: true }))
    return Placement.of(members, this.#backups)
  }
}
