/**
 * Themes: histories in which one kind of trouble comes again and again. Most are of no theme and have some of all
 * faults; but what shows only where rare things meet, within the few ms that they need to meet in, would take thousands
 * of those. Whether a history has a theme, and which, its seed decides like everything else.
 */
import type { Chance } from '../world/chance.js'
import type { Act } from './deed.js'
import type { Setup } from './setup.js'

/** Kinds of faults; a history without a theme has a few of them, so that each is met alone and with each other. */
export const FAULTS = [
  'kill', 'powerOff', 'pause', 'split', 'oneWay', 'cut', 'mangle', 'move', 'close', 'slow', 'damage', 'full', 'stale', 'wipe', 'leap', 'outage',
] as const

/** A kind of faults; some take too long for any history but those of their theme. */
export type Fault = (typeof FAULTS)[number] | 'alone' | 'cling' | 'brink' | 'relay' | 'ruin' | 'rot'

/** How often clients do what. */
export const ACTS: Readonly<Record<Exclude<Act, 'rotate'>, number>> = { write: 30, overwrite: 12, increment: 14, read: 14, find: 6, recall: 4, remove: 3, freeze: 4, touch: 3, leave: 6, destroy: 5 }

/** What all histories of a theme have in common. */
export interface Theme {
  /** Part of all histories. */
  readonly share: number
  readonly faults: readonly [Fault, ...Fault[]]
  /** Of 100 steps this many are faults. */
  readonly faultsIn100: number
  /** Losses that may happen, if not as few as elsewhere. */
  readonly losses?: number
  /** Copies that saves wait for, one of these, if not as elsewhere. */
  readonly copies?: readonly [number, ...number[]]
  /** How often clients do what, if not as elsewhere. */
  readonly acts?: typeof ACTS
  /** How the cluster is set up, beside what is drawn. */
  readonly setup: (chance: Chance) => Partial<Setup>
}

const THEMES: readonly Theme[] = [
  {
    // Who says that something is on disk before it is, is found out only by an outage in the few ms between.
    share: 0.08,
    faults: ['outage'],
    faultsIn100: 7,
    setup: () => ({ durability: 'flushed', diskTime: 100 }),
  },
  {
    // Primaries change while much is on its way: what the next one must know before it serves, and the last one forget.
    share: 0.1,
    faults: ['relay', 'relay', 'pause', 'kill', 'slow', 'cut'],
    faultsIn100: 12,
    acts: { ...ACTS, freeze: 16 },
    setup: (chance) => ({ durability: chance.one([undefined, 'committed', 'committed']) }),
  },
  {
    // Slots are handed over while much is on its way.
    share: 0.05,
    faults: ['move', 'move', 'slow'],
    faultsIn100: 15,
    setup: () => ({ window: 4_096 }),
  },
  {
    // Clients are with the side that must not acknowledge.
    share: 0.05,
    faults: ['split', 'oneWay', 'slow'],
    faultsIn100: 10,
    setup: () => ({ partition: 'consistent' }),
  },
  {
    // A machine is cut off for just as long as makes others suspicious; one of them can't hear it for longer.
    share: 0.05,
    faults: ['brink'],
    faultsIn100: 3,
    // A dedicated back-up hears a machine for ten seconds after its last word, and while one does it is alive.
    setup: () => ({ partition: 'consistent', machines: 3, dedicated: false }),
  },
  {
    // A client clings to a machine that is paused until another has taken over, and asks it for what that one has changed.
    share: 0.04,
    faults: ['cling'],
    faultsIn100: 3,
    acts: { ...ACTS, overwrite: 40, recall: 8 },
    setup: () => ({}),
  },
  {
    // Links break and garble, and nothing else is wrong: the counting of copies must not suffer.
    share: 0.05,
    faults: ['mangle', 'mangle', 'mangle', 'cut', 'slow'],
    faultsIn100: 25,
    setup: () => ({}),
  },
  {
    // Sessions that only their touches keep.
    share: 0.04,
    faults: ['cut', 'slow'],
    faultsIn100: 5,
    setup: (chance) => ({ terms: { idleTimeout: 600_000, absoluteTimeout: 1_200_000 }, benchmark: 'asked', mode: chance.one(['benchmark', 'benchmark', 'immutable']) }),
  },
  {
    // Many records are damaged while one machine is down, and found so when their sessions change. What was damaged on all
    // machines would be refused for ever, so it is always the same. In mode `benchmark` it is asked what it holds before.
    share: 0.03,
    faults: ['ruin'],
    faultsIn100: 8,
    losses: 8,
    copies: [3],
    acts: { ...ACTS, write: 60 },
    setup: (chance) => ({ durability: chance.one(['flushed', 'committed']), mode: chance.one(['immutable', 'immutable', 'immutable', 'benchmark']) }),
  },
  {
    // A machine forgets everything and begins anew, heard by one client and by no other machine.
    share: 0.04,
    faults: ['alone'],
    faultsIn100: 4,
    setup: () => ({ durability: undefined, partition: 'available', peerWait: 300 }),
  },
  {
    // Records are damaged while their machine runs, and found so when their sessions, which are on disk alone, are used again.
    share: 0.04,
    faults: ['rot', 'rot', 'rot', 'cut', 'slow'],
    faultsIn100: 12,
    losses: 8,
    copies: [2, 3],
    setup: (chance) => ({ durability: chance.one(['flushed', 'committed']), warmSessions: 1 }),
  },
]

/** The theme of a history, if it has one. */
export function drawTheme(chance: Chance): Theme | undefined {
  let rest = chance.real()
  return THEMES.find(({ share }) => {
    rest -= share
    return rest < 0
  })
}
