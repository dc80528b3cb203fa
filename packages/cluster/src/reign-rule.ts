/**
 * The rule by which a node begins, raises, ends and hands over its reign over one slot.
 *
 *               wanted here, nobody reigns                        a higher epoch reigns elsewhere,
 *                                                                 or an equal one and it is wanted elsewhere
 *   back-up ────────── begin ──────────► primary ──────────── end ─────────────► back-up
 *                                         │  ▲  └─ handOver, once the wanted one holds all ─┘
 *                                         └──┘ raise: the epoch is known to others
 *
 * *Wanted* is who should be primary by the placement over the living. A primary that is alive is never pushed aside by
 * it: it hands over, when the wanted one holds everything. So there is no gap, and no two reigns for long: after a
 * split has healed the lower epoch ends; of two equal ones the wanted one goes on, above both.
 *
 * Pure and total: the same facts give the same verdict on every node.
 */
import type { LiveReign } from './standings.js'

/** What a node knows about one slot. */
export interface SlotFacts {
  /** This node. */
  readonly self: string
  /** Epoch of this node's own reign. */
  readonly own: number | undefined
  /** The highest reign of another node that is alive. */
  readonly other: LiveReign | undefined
  /** Highest epoch known of the slot that was not begun here, whoever began it. */
  readonly heard: number
  /** Who should be primary by the placement over the living. */
  readonly wanted: string | undefined
  /** Whether this node may begin: it holds the slot, has heard all it is linked to, is of the majority if need be. */
  readonly mayBegin: boolean
}

/** What to do about the slot. */
export type Verdict = 'stay' | 'begin' | 'raise' | 'end' | 'handOver'

/** Decides. */
export function decide({ self, own, other, heard, wanted, mayBegin }: SlotFacts): Verdict {
  if (own === undefined) return other === undefined && wanted === self && mayBegin ? 'begin' : 'stay'
  if (other !== undefined && other.epoch >= own) return other.epoch === own && wanted === self ? 'raise' : 'end'
  // Someone has seen an epoch that we did not begin, and whoever began it is gone: ours must be above it.
  if (heard >= own) return 'raise'
  return wanted === self || wanted === undefined ? 'stay' : 'handOver'
}
