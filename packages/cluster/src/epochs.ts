/**
 * The reigns of one node: by slot the epoch of its reign, 0 where it has none.
 *
 * A table, because every word of a node carries all its reigns: two are compared, and a slot is looked up, without making
 * a Map of up to 256 entries a time. A table that was handed out never changes.
 */
import { SLOT_COUNT } from './session-slot.js'

/** By slot the epoch of a reign over it; 0 where there is none. */
export type Epochs = ArrayLike<number>

/** Of who reigns nothing. */
export const NO_REIGNS: Epochs = new Float64Array(SLOT_COUNT)

/** A reign over one slot. */
export interface Reigned {
  readonly slot: number
  readonly epoch: number
}

/** These reigns as a table; of two over one slot the later. */
export function epochsOf(reigns: Iterable<Reigned>): Epochs {
  const epochs = new Float64Array(SLOT_COUNT)
  for (const { slot, epoch } of reigns) epochs[slot] = epoch
  return epochs
}

/** Whether it is the table of who reigns nothing. */
export function isNoReign(epochs: Epochs): boolean {
  for (let slot = 0; slot < SLOT_COUNT; slot++) if (epochs[slot] !== 0) return false
  return true
}
