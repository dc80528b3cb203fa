/** How the cluster of a history is set up. */
import type { Durability } from '@understudy/storage'
import type { Chance } from '../world/chance.js'

/** The setup of one history. */
export interface Setup {
  readonly machines: number
  /** Whether the last machine is a dedicated back-up. */
  readonly dedicated: boolean
  readonly visitors: number
  /** By client, the machine whose node it has in its own process; -1, and all if it does not say: it has none, and comes over the network. */
  readonly homes?: readonly number[]
  readonly mode: 'benchmark' | 'immutable'
  readonly benchmark: 'retained' | 'asked'
  readonly partition: 'available' | 'consistent'
  readonly durability: Durability | undefined
  /** ms that a disk takes at most; 4 if it does not say. */
  readonly diskTime?: number
  /** Sessions that are kept in memory at most, where there is a disk; all if it does not say. */
  readonly warmSessions?: number
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
    ...homesOf(chance.fork('homes'), visitors, machines),
    mode: chance.is(0.75) ? 'benchmark' : 'immutable',
    benchmark: chance.is(0.8) ? 'retained' : 'asked',
    partition: chance.is(0.5) ? 'available' : 'consistent',
    durability: chance.one([undefined, undefined, 'flushed', 'flushed', 'committed', 'memory']),
    diskTime: chance.one([4, 4, 40]),
    ...(chance.fork('warm').is(0.3) && { warmSessions: 1 }),
    window: chance.one([1 << 20, 1 << 20, 4_096]),
    retainedBenchmarks: chance.one([65_536, 65_536, 2]),
    skews: Array.from({ length: machines + visitors }, () => (isSkewed ? chance.whole(-60_000, 60_000) : 0)),
    terms: chance.is(0.2) ? { idleTimeout: 600_000, absoluteTimeout: 1_200_000 } : {},
  }
}

/** In some clusters apps have a node in their own process, never a dedicated back-up. */
function homesOf(chance: Chance, visitors: number, machines: number): Pick<Setup, 'homes'> {
  if (!chance.is(0.35)) return {}
  return { homes: Array.from({ length: visitors }, () => (chance.is(0.7) ? chance.whole(0, Math.min(2, machines - 1)) : -1)) }
}
