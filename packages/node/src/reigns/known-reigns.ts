/**
 * The newest reign over each slot that this node has ever heard of: what clients are told as the placement.
 *
 * Versions of placements are comparable between nodes, because they are made of what all nodes agree on: a version is
 * the sum of the epochs of all slots. Every change of a primary raises an epoch; who knows more has the higher version,
 * and who knows the same has the same version and the same placement. No clock is in it, and nobody counts alone.
 */
import { SLOT_COUNT } from '@understudy/cluster'
import type { Epochs } from '@understudy/cluster'

/** A reign, the latest known. */
export interface KnownReign {
  readonly name: string
  readonly epoch: number
}

/** The newest reigns that one node knows. */
export class KnownReigns {
  readonly #epochs = new Float64Array(SLOT_COUNT)
  readonly #names: string[] = Array.from({ length: SLOT_COUNT }, () => '')
  #version = 0

  /** Grows with every reign that is news. */
  get version(): number {
    return this.#version
  }

  /** The newest reign over a slot. */
  of(slot: number): KnownReign | undefined {
    const epoch = this.epoch(slot)
    return epoch === 0 ? undefined : { name: this.#names[slot] ?? '', epoch }
  }

  /** Its epoch; 0 where nobody ever reigned. */
  epoch(slot: number): number {
    return this.#epochs[slot] ?? 0
  }

  /** This is what a node reigns. Of two in the same epoch the first that was heard counts, until one of them is above it. */
  note(name: string, epochs: Epochs): void {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const epoch = epochs[slot] ?? 0
      const known = this.epoch(slot)
      if (epoch <= known) continue
      this.#epochs[slot] = epoch
      this.#names[slot] = name
      this.#version += epoch - known
    }
  }
}
