/**
 * Placement: which node is primary for a slot and which are its back-ups.
 *
 * Rendezvous hashing (Thaler and Ravishankar, 1998): every node ranks itself for every slot by a hash of its name and
 * the slot; the highest is primary. Each node computes the same table from the same members, and a member that goes
 * moves only its own slots. Dedicated back-ups are in no ranking: they hold every slot and are primary for none.
 */
import { SLOT_COUNT } from './session-slot.js'

/** A node as placement sees it. */
export interface Member {
  readonly name: string
  readonly role: 'member' | 'backup'
}

/** Who holds each slot, for one set of members. Immutable: a change of members makes a new one. */
export class Placement {
  readonly #ranked: readonly (readonly string[])[]
  readonly #dedicated: readonly string[]

  /**
   * @param members all nodes, in any order, names unique
   * @param backups how many members back up a slot beside its primary, at most; dedicated back-ups come on top
   */
  constructor(members: readonly Member[], backups: number) {
    const names = members.filter((member) => member.role === 'member').map((member) => member.name)
    this.#dedicated = members.filter((member) => member.role === 'backup').map((member) => member.name)
    this.#ranked = Array.from({ length: SLOT_COUNT }, (_, slot) => ranking(slot, names).slice(0, backups + 1))
  }

  /** Name of the slot's primary; undefined when there is no member at all. */
  primary(slot: number): string | undefined {
    return this.#ranked[slot]?.[0]
  }

  /** Names of the nodes that back up a slot: the best ranked members, then the dedicated back-ups. */
  backups(slot: number): readonly string[] {
    return [...(this.#ranked[slot]?.slice(1) ?? []), ...this.#dedicated]
  }

  /** Whether the node of this name backs up the slot. */
  isBackup(slot: number, name: string): boolean {
    return this.#dedicated.includes(name) || (this.#ranked[slot]?.indexOf(name) ?? -1) > 0
  }

  /** The slots of which the node of this name is primary, ascending. */
  reignsOf(name: string): number[] {
    return this.#ranked.flatMap((ranked, slot) => (ranked[0] === name ? [slot] : []))
  }
}

function ranking(slot: number, names: readonly string[]): string[] {
  const weights = names.map((name) => ({ name, weight: weight(name, slot) }))
  // The name decides between equal weights, so that every node comes to the same order.
  weights.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
  return weights.map(({ name }) => name)
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
