/**
 * Standings: what every node says of itself (whom it hears, what it reigns), as far as it has come here, and what
 * follows from it: who is alive, and who reigns which slot.
 *
 * A node is alive as long as this node hears it, or any node hears it that is alive: words travel on unchanged. So two
 * nodes whose own link is cut do not depose each other while a third hears both, and all that can talk with one
 * another, by whatever way, come to the same set of the living, hence to the same placement.
 *
 * Pure. Invariants: of two standings of one run of a node the one with the higher number holds; what is known of nodes
 * that are not alive is kept, since nobody says it again when they are, but counts for nothing.
 */

import { NO_REIGNS } from './epochs.js'
import type { Epochs } from './epochs.js'
import { SLOT_COUNT } from './session-slot.js'

/** Where a node stands among the candidates for primary: before its share of slots, at it, or behind all others. */
export type Rank = 'first' | 'share' | 'last'

/** The rank after a promotion: behind all, at its share, before all. */
export function oneUp(rank: Rank): Rank {
  return rank === 'last' ? 'share' : 'first'
}

/** The rank after a demotion. */
export function oneDown(rank: Rank): Rank {
  return rank === 'first' ? 'share' : 'last'
}

/** What one node says of itself. */
export interface Standing {
  readonly name: string
  readonly role: 'member' | 'backup'
  readonly url: string
  /** Which run of its process. */
  readonly incarnation: number
  /** Grows with everything it says. */
  readonly number: number
  readonly rank: Rank
  /** Names of the nodes that it hears itself. */
  readonly hears: readonly string[]
  readonly reigns: Epochs
}

/** A reign of a node that is alive. */
export interface LiveReign {
  readonly name: string
  readonly epoch: number
}

/** The standings that one node knows, its own included. */
export class Standings {
  #own: Standing
  readonly #others = new Map<string, Standing>()
  /** The same in a list, for what is asked of every slot. */
  #list: readonly Standing[] = []
  /** Slots of which another node's reign has begun or ended since `takeChanged`. */
  #changed = new Set<number>()
  #revision = 0
  /** Which run of each node that this node hears itself: others may still tell of an earlier one. */
  readonly #met = new Map<string, number>()

  constructor(own: Standing) {
    this.#own = own
  }

  /** This node's own. */
  get own(): Standing {
    return this.#own
  }

  /** All that are known, this node's first. */
  get all(): readonly Standing[] {
    return [this.#own, ...this.#others.values()]
  }

  /** What a node said last. */
  of(name: string): Standing | undefined {
    return name === this.#own.name ? this.#own : this.#others.get(name)
  }

  /** Grows whenever anything changes from which it follows who is alive, and who ranks where: anything but reigns. */
  get revision(): number {
    return this.#revision
  }

  /** The slots over which reigns of others have begun or ended since the last call. */
  takeChanged(): ReadonlySet<number> {
    const changed = this.#changed
    if (changed.size > 0) this.#changed = new Set()
    return changed
  }

  /** This node has something new to say of itself. */
  say(news: Partial<Pick<Standing, 'rank' | 'hears' | 'reigns' | 'url'>>, now: number): Standing {
    const before = this.#own
    this.#own = { ...before, ...news, number: Math.max(before.number + 1, now) }
    if (!isAlike(before, this.#own)) this.#revision++
    for (const name of this.#met.keys()) if (!this.#own.hears.includes(name)) this.#met.delete(name)
    return this.#own
  }

  /**
   * Takes note of another node's standing, by whatever way it came.
   *
   * @returns whether it is news, to be passed on
   */
  hear(standing: Standing): boolean {
    if (standing.name === this.#own.name) return false
    const run = this.#met.get(standing.name)
    if (run !== undefined && run !== standing.incarnation) return false
    const known = this.#others.get(standing.name)
    if (known !== undefined && standing.number <= known.number) return false
    if (known === undefined || !isAlike(known, standing)) this.#revision++
    this.#others.set(standing.name, standing)
    this.#compare(known?.reigns ?? NO_REIGNS, standing.reigns)
    return true
  }

  /** A node greets as another run than the one that is known: what its predecessor said is over. */
  met(name: string, incarnation: number): void {
    this.#met.set(name, incarnation)
    const known = this.#others.get(name)
    if (known === undefined || known.incarnation === incarnation) return
    this.#revision++
    this.#others.delete(name)
    this.#compare(known.reigns, NO_REIGNS)
  }

  /** Whether a node, as this run, has said where it stands. */
  knows(name: string, incarnation: number): boolean {
    return this.#others.get(name)?.incarnation === incarnation
  }

  /** Names of the nodes that are alive, this one included. */
  living(): ReadonlySet<string> {
    const living = new Set([this.#own.name])
    for (const name of living) for (const heard of this.of(name)?.hears ?? []) living.add(heard)
    return living
  }

  /** The reign over a slot with the highest epoch among other nodes that are alive. */
  reignOf(slot: number, living: ReadonlySet<string>): LiveReign | undefined {
    let highest: LiveReign | undefined
    for (const { name, reigns } of this.#list) {
      const epoch = reigns[slot] ?? 0
      if (epoch > (highest?.epoch ?? 0) && living.has(name)) highest = { name, epoch }
    }
    return highest
  }

  /** What somebody else reigns is another table now. */
  #compare(before: Epochs, now: Epochs): void {
    this.#list = [...this.#others.values()]
    for (let slot = 0; slot < SLOT_COUNT; slot++) if (before[slot] !== now[slot]) this.#changed.add(slot)
  }
}

/** Whether two standings of a node say the same, apart from reigns. */
function isAlike(one: Standing, other: Standing): boolean {
  if (one.incarnation !== other.incarnation || one.role !== other.role || one.url !== other.url || one.rank !== other.rank) return false
  return one.hears.length === other.hears.length && one.hears.every((name, index) => name === other.hears[index])
}
