/**
 * The newest reign over each slot that this node has ever heard of: what clients are told as the placement.
 *
 * Versions of placements are comparable between nodes, because they are made of what all nodes agree on: a version is
 * the sum of the epochs of all slots. Every change of a primary raises an epoch; who knows more has the higher version,
 * and who knows the same has the same version and the same placement. No clock is in it, and nobody counts alone.
 */

/** A reign, the latest known. */
export interface KnownReign {
  readonly name: string
  readonly epoch: number
}


/** The newest reigns that one node knows. */
export class KnownReigns {
  readonly #reigns: (KnownReign | undefined)[] = Array.from({ length: 256 })
  #version = 0

  /** Grows with every reign that is news. */
  get version(): number {
    return this.#version
  }

  /** The newest reign over a slot. */
  of(slot: number): KnownReign | undefined {
    return this.#reigns[slot]
  }

  /** A node reigns a slot. Of two in the same epoch the first that was heard counts, until one of them is above it. */
  note(slot: number, name: string, epoch: number): void {
    const known = this.#reigns[slot]?.epoch ?? 0
    if (epoch <= known) return
    this.#reigns[slot] = { name, epoch }
    this.#version += epoch - known
  }
}
