/** How the cluster of a history is set up. */
import type { Durability } from '@understudy/storage'
import type { Chance } from '../world/chance.js'

/** The setup of one history. */
export interface Setup {
  readonly machines: number
  /** Whether the last machine is a dedicated back-up. */
  readonly dedicated: boolean
  readonly visitors: number
  readonly mode: 'benchmark' | 'immutable'
  readonly benchmark: 'retained' | 'asked'
  readonly partition: 'available' | 'consistent'
  readonly durability: Durability | undefined
  /** ms that a disk takes at most; 4 if it does not say. */
  readonly diskTime?: number
  readonly window: number
  readonly retainedBenchmarks: number
  /** ms that a node waits for its peers before it begins without them; 3,000 if it does not say. */
  readonly peerWait?: number
  /** ms by which each machine's clock, then each client's, is ahead. */
  readonly skews: readonly number[]
  /** Terms of sessions, ms. */
  readonly terms: { readonly idleTimeout?: number; readonly absoluteTimeout?: number }
}

/** Draws a setup. */
export function drawSetup(chance: Chance): Setup {
  const machines = chance.one([3, 3, 3, 3, 3, 3, 3, 3, 4, 5])
  const visitors = chance.whole(2, 3)
  const isSkewed = chance.is(0.3)
  return {
    machines,
    dedicated: machines > 3 && chance.is(0.5),
    visitors,
    mode: chance.is(0.75) ? 'benchmark' : 'immutable',
    benchmark: chance.is(0.8) ? 'retained' : 'asked',
    partition: chance.is(0.5) ? 'available' : 'consistent',
    durability: chance.one([undefined, undefined, 'flushed', 'flushed', 'committed', 'memory']),
    diskTime: chance.one([4, 4, 40]),
    window: chance.one([1 << 20, 1 << 20, 4_096]),
    retainedBenchmarks: chance.one([65_536, 65_536, 2]),
    skews: Array.from({ length: machines + visitors }, () => (isSkewed ? chance.whole(-60_000, 60_000) : 0)),
    terms: chance.is(0.2) ? { idleTimeout: 600_000, absoluteTimeout: 1_200_000 } : {},
  }
}
