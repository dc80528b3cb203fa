/** Histories that failed once: they stay in the suite for ever. Each says what was wrong. */
import type { DrawnOperation, History, Scene, Step } from './steps.js'

const ONE: Scene = { keeping: 'retained', retainedLimit: 1, window: 1, backups: 1 }
const TWO: Scene = { ...ONE, backups: 2 }
const NONE: Scene = { ...ONE, keeping: 'none' }

const CONNECT = { do: 'connect', backup: 0, primaryDials: false } as const
const REST = { do: 'rest' } as const
const FLUSH = { do: 'flush touches' } as const
const CUT = { do: 'cut', backup: 0 } as const
const TURN = { do: 'turn' } as const
const GREETING = { do: 'deliver', backup: 0, to: 'primary', count: 1 } as const
const SECOND = { do: 'pass', seconds: 1 } as const

function create(session: number, idleTimeout?: number): Step {
  return { do: 'create', session, idleTimeout }
}

function save(session: number, ...operations: DrawnOperation[]): Step {
  return { do: 'save', session, operations, restart: true, again: true }
}

function touch(session: number): Step {
  return { do: 'touch', session }
}

function forgetPrimary(...awaits: number[]): Step {
  return { do: 'forget primary', awaits }
}

/** See the file's header. */
export const EXAMPLES: readonly History[] = [
  // A touch of a dead session threw.
  { scene: ONE, steps: [{ do: 'destroy', session: 3 }, FLUSH, touch(3)] },
  // A primary that began without its back-up took the epoch of its own earlier run; other back-ups refused that run's writes.
  {
    scene: TWO,
    steps: [create(0), save(0, { op: 'set', name: 'cart', value: 0 }), CONNECT, REST, forgetPrimary(), CONNECT, SECOND, FLUSH, CONNECT],
  },
  // A back-up cut off before it had a position never heard of a touch that was flushed while it was away.
  {
    scene: NONE,
    steps: [CONNECT, create(2), SECOND, REST, touch(2), CUT, FLUSH, SECOND],
  },
  // Back-ups that were linked already did not hear that a reign had been raised.
  {
    scene: TWO,
    steps: [
      { ...CONNECT, backup: 1 },
      { do: 'deliver', backup: 1, to: 'primary', count: 1 },
      TURN,
      { do: 'deliver', backup: 1, to: 'backup', count: 2 },
      forgetPrimary(),
      CONNECT,
      REST,
      save(0, { op: 'set', name: 'cart', value: '' }),
    ],
  },
  // A comparison that was cut off was not made again, so that the primary served without what the back-up held;
  // and the slot was served as soon as the link broke.
  {
    scene: ONE,
    steps: [CONNECT, create(0), save(0, { op: 'set', name: 'cart', value: 1 }), REST, forgetPrimary(0), CONNECT, GREETING, TURN, CUT, CONNECT, GREETING, TURN],
  },
  // Both sides of a fork made the session, with other terms: plain fields, of which digests say nothing.
  {
    scene: ONE,
    steps: [CONNECT, create(0), REST, forgetPrimary(), CONNECT, create(0, 5_000), save(0, { op: 'set', name: 'cart', value: 0 })],
  },
  // All that was held was lost with the last that held it (the model was wrong, not the store).
  {
    scene: ONE,
    steps: [CONNECT, create(0), REST, forgetPrimary(0), CONNECT, REST, { do: 'forget back-up', backup: 0 }, forgetPrimary(), create(0)],
  },
  // A save that nobody else held died with the primary, while its successor was already acknowledged by another back-up.
  {
    scene: TWO,
    steps: [create(3), CONNECT, REST, { ...CONNECT, backup: 1 }, SECOND, touch(3), REST, save(3, { op: 'set', name: 'cart', value: '' }), forgetPrimary(0)],
  },
  // A back-up was told of a reign that was about to be raised above what another back-up had greeted with.
  {
    scene: TWO,
    steps: [
      CONNECT, save(0, { op: 'set', name: 'cart', value: 0 }), FLUSH, { do: 'mark', backup: 0 }, REST, touch(0), forgetPrimary(),
      { ...CONNECT, backup: 1 }, CONNECT, REST, GREETING, CUT, GREETING, forgetPrimary(),
      CONNECT, save(0, { op: 'increment', name: 'cart', by: 0 }), { ...CONNECT, backup: 1, primaryDials: true }, create(0), CONNECT,
    ],
  },
]
