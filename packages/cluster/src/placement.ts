/**
 * Placement: which node is primary for a slot and which are its back-ups.
 *
 * Rendezvous hashing (Thaler and Ravishankar, 1998): every node ranks itself for every slot by a hash of its name and
 * the slot; the highest is primary. Each node computes the same table from the same members, and a member that goes
 * moves only its own slots. Dedicated back-ups are in no ranking: they hold every slot and are primary for none.
 *
 * The best ranked members *hold* a slot, dead or alive. Primary is the first of them that is alive; where none is, the
 * next of all that are. Operators may put a member before or behind its share (`rank`): that decides who of those that
 * are alive comes first, never who holds what.
 */
import type { Rank } from './standings.js'
import { SLOT_COUNT } from './session-slot.js'

/** A node as placement sees it. */
export interface Member {
  readonly name: string
  readonly role: 'member' | 'backup'
  /** Default `share`. */
  readonly rank?: Rank
  /** Default true. */
  readonly alive?: boolean
}

/** One slot's holders. */
interface Ranking {
  readonly primary: string | undefined
  /** Members that store it: holders, dead or alive, those alive that stand in for dead ones, and the primary. */
  readonly storing: readonly string[]
  /** Members that hold it by rank, whoever is alive. */
  readonly holders: readonly string[]
}

/** Placements kept at most: a cluster comes back to the same few sets of the living again and again. */
const KEPT = 64

const kept = new Map<string, Placement>()

/** Who holds each slot, for one set of members. Immutable: a change of members makes a new one. */
export class Placement {
  readonly #rankings: readonly Ranking[]
  readonly #dedicated: readonly string[]

  /**
   * The placement of these members. The same object for the same members, as long as it is among the latest.
   *
   * @param members all nodes, in any order, names unique
   * @param backups how many members back up a slot beside its primary, at most; dedicated back-ups come on top
   */
  static of(members: readonly Member[], backups: number): Placement {
    // Every node knows itself first and the others in the order of its configuration; the placement is the same.
    const sorted = members.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const key = JSON.stringify([backups, sorted])
    const known = kept.get(key)
    if (known !== undefined) return known
    const placement = new Placement(sorted, backups)
    for (const oldest of kept.keys()) if (kept.size >= KEPT) kept.delete(oldest)
    kept.set(key, placement)
    return placement
  }

  /** @param members as for `of` */
  constructor(members: readonly Member[], backups: number) {
    const candidates = members.filter((member) => member.role === 'member')
    this.#dedicated = members.filter((member) => member.role === 'backup').map((member) => member.name)
    // Of a few members there are a few orders: slots that rank them alike share a ranking.
    const rankings = new Map<readonly string[], Ranking>()
    const rankingOf = (order: readonly string[]): Ranking => {
      const known = rankings.get(order) ?? ranking(order, candidates, backups + 1)
      rankings.set(order, known)
      return known
    }
    this.#rankings = ordersOf(candidates.map(({ name }) => name)).map(rankingOf)
  }

  /** Name of the slot's primary; undefined when there is no member that is alive. */
  primary(slot: number): string | undefined {
    return this.#rankings[slot]?.primary
  }

  /** Names of the nodes that back up a slot: the best ranked members, then the dedicated back-ups. */
  backups(slot: number): readonly string[] {
    const { storing, primary } = this.#rankings[slot] ?? NOBODY
    return [...storing.filter((name) => name !== primary), ...this.#dedicated]
  }

  /** Names of all nodes that have to hold the slot, dead or alive: members, then dedicated back-ups. */
  storing(slot: number): readonly string[] {
    return [...(this.#rankings[slot] ?? NOBODY).storing, ...this.#dedicated]
  }

  /** Whether the node of this name backs up the slot. */
  isBackup(slot: number, name: string): boolean {
    return this.stores(slot, name) && this.primary(slot) !== name
  }

  /** Whether the node of this name has to hold the slot, as primary or back-up. */
  stores(slot: number, name: string): boolean {
    return this.#dedicated.includes(name) || (this.#rankings[slot] ?? NOBODY).storing.includes(name)
  }

  /** Names of the members that hold the slot by rank, whoever is alive. */
  holders(slot: number): readonly string[] {
    return this.#rankings[slot]?.holders ?? []
  }

  /** Whether the member of this name holds the slot by rank, whoever is alive. */
  holds(slot: number, name: string): boolean {
    return this.holders(slot).includes(name)
  }

  /** The slots of which the node of this name is primary, ascending. */
  reignsOf(name: string): number[] {
    return this.#rankings.flatMap(({ primary }, slot) => (primary === name ? [slot] : []))
  }
}

const NOBODY: Ranking = { primary: undefined, storing: [], holders: [] }

const RANKS = { first: 0, share: 1, last: 2 } as const

/**
 * @param order names of all members, the best ranked first
 * @param copies how many members hold a slot
 */
function ranking(order: readonly string[], members: readonly Member[], copies: number): Ranking {
  const ranked = order.flatMap((name) => members.find((member) => member.name === name) ?? [])
  const living = ranked.filter(({ alive }) => alive !== false)
  const held = (one: Member): number => (order.indexOf(one.name) < copies ? 0 : 1)
  const [primary] = living.toSorted((a, b) => held(a) - held(b) || RANKS[a.rank ?? 'share'] - RANKS[b.rank ?? 'share'])
  const holders = order.slice(0, copies)
  const standIns = living.slice(0, copies).map(({ name }) => name)
  const storing = new Set([...(primary === undefined ? [] : [primary.name]), ...holders, ...standIns])
  return { primary: primary?.name, holders, storing: [...storing] }
}

/** Sets of members whose orders are kept at most: it changes when nodes join or leave, not when they come and go. */
const ORDERS_KEPT = 16

const orders = new Map<string, readonly (readonly string[])[]>()

/** Per slot all names, the one with the highest weight first; equal orders are the same array. */
function ordersOf(names: readonly string[]): readonly (readonly string[])[] {
  const key = JSON.stringify(names)
  const known = orders.get(key)
  if (known !== undefined) return known
  const distinct = new Map<string, readonly string[]>()
  const made = Array.from({ length: SLOT_COUNT }, (_, slot) => {
    const order = orderOf(names, slot)
    const same = distinct.get(order.join(' ')) ?? order
    distinct.set(order.join(' '), same)
    return same
  })
  for (const oldest of orders.keys()) if (orders.size >= ORDERS_KEPT) orders.delete(oldest)
  orders.set(key, made)
  return made
}

function orderOf(names: readonly string[], slot: number): readonly string[] {
  const weighed = names.map((name) => ({ name, weight: weight(name, slot) }))
  // The name decides between equal weights, so that every node comes to the same order.
  return weighed.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1)).map(({ name }) => name)
}

/** FNV-1a over the name, then the slot, then the finaliser of MurmurHash3, which spreads the low bits. */
function weight(name: string, slot: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ slot, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
