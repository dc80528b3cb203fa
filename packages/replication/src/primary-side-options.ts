/** How a primary's side of a link behaves, and how far it says it is. */

/** Where the benchmarks of a back-up are kept; `none` in mode immutable. */
export type Keeping = 'retained' | 'asked' | 'elsewhere' | 'none'

/** How a primary's side behaves. */
export interface PrimarySideOptions {
  readonly keeping: Keeping
  /** Bytes in flight at most. */
  readonly window: number
  /** Benchmarks retained at most, when they are retained. */
  readonly retainedLimit: number
  /**
   * Whether a back-up counts as settled only once it has answered under our epoch: it then merges nothing of an earlier
   * one. What it greeted with is of before. Absent: its greeting will do.
   */
  readonly verifies?: boolean
  /** Whether this node is primary of the slot and the peer backs it up, now. */
  readonly serves: (slot: number) => boolean
}

/** How far a first sync or a resume is. */
export interface SyncProgress {
  readonly done: number
  readonly total: number
}
