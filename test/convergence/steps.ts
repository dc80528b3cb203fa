/** What can happen to a cluster, step by step, as fast-check draws it. Plain data, so that a failing run can be kept. */
import * as fc from 'fast-check'

/** One operation of a save. */
export type DrawnOperation =
  | { readonly op: 'set'; readonly name: string; readonly value: DrawnValue }
  | { readonly op: 'remove' | 'freeze' | 'make'; readonly name: string }
  | { readonly op: 'add' | 'discard'; readonly name: string; readonly member: string }
  | { readonly op: 'increment'; readonly name: string; readonly by: number }

/** What an attribute, or a part of it, is set to. */
type DrawnValue = string | number | { readonly [key: string]: string | number }

/** One step of a history. Sessions and back-ups go by number. */
export type Step =
  | { readonly do: 'create'; readonly session: number; readonly idleTimeout?: number | undefined }
  | { readonly do: 'save'; readonly session: number; readonly operations: readonly DrawnOperation[]; readonly restart: boolean; readonly again: boolean }
  | { readonly do: 'touch' | 'destroy'; readonly session: number }
  | { readonly do: 'flush touches' | 'turn' | 'rest' }
  /** Time goes on by so many seconds, and what is due ends. */
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'deliver'; readonly backup: number; readonly to: 'primary' | 'backup'; readonly count: number }
  | { readonly do: 'cut' | 'mark' | 'forget back-up'; readonly backup: number }
  | { readonly do: 'connect'; readonly backup: number; readonly primaryDials: boolean }
  /** The primary loses its memory, and waits for these back-ups before it reigns again. */
  | { readonly do: 'forget primary'; readonly awaits: readonly number[] }
  /** The primary waits no longer. */
  | { readonly do: 'elapse' }

/** How a cluster is set up. */
export interface Scene {
  readonly keeping: 'retained' | 'asked' | 'elsewhere' | 'none'
  readonly retainedLimit: number
  readonly window: number
  readonly backups: number
}

/** A set-up and what happens then. */
export interface History {
  readonly scene: Scene
  readonly steps: readonly Step[]
}

/** How many sessions a history is about, in two slots. */
export const SESSIONS = 5
const NAMES = ['cart', 'user', 'theme', 'views']

const name = fc.constantFrom(...NAMES)
const value = fc.oneof(fc.nat(9), fc.string({ maxLength: 6 }), fc.constantFrom('x'.repeat(300), 'long '.repeat(20)))
/** A part of an attribute, by its path. */
const part = fc.tuple(fc.constantFrom('cart', 'user'), fc.constantFrom('a', 'b'), fc.option(fc.constantFrom('x', 'y'), { nil: undefined }))
  .map((steps) => steps.filter((step) => step !== undefined).join('\u001f'))
const object = fc.dictionary(fc.constantFrom('a', 'b', 'x'), fc.oneof(fc.nat(9), fc.string({ maxLength: 6 })), { maxKeys: 3 }).map((drawn) => ({ ...drawn }))
const operation: fc.Arbitrary<DrawnOperation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('set' as const), name: part, value: fc.oneof(value, object) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('set' as const), name, value: object }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('remove' as const, 'make' as const), name: fc.oneof(name, part) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('increment' as const), name: part, by: fc.integer({ min: -3, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('add' as const, 'discard' as const), name: fc.oneof(part, fc.constant('tags')), member: fc.constantFrom('r', 's', 't') }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('set' as const), name, value }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('remove' as const, 'freeze' as const), name }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('increment' as const), name, by: fc.integer({ min: -3, max: 3 }) }) },
)

const session = fc.nat(SESSIONS - 1)
const backup = fc.nat(2)
const drawn = {
  create: fc.record({ do: fc.constant('create' as const), session, idleTimeout: fc.option(fc.constantFrom(5_000, 20_000), { nil: undefined }) }),
  save: fc.record({
    do: fc.constant('save' as const),
    session,
    operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
    // Whether the document begins a new generation after it, as it does by itself once it has grown.
    restart: fc.nat(9).map((n) => n === 0),
    again: fc.nat(9).map((n) => n === 0),
  }),
  access: fc.record({ do: fc.constantFrom('touch' as const, 'touch' as const, 'touch' as const, 'destroy' as const), session }),
  pass: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 6 }) }),
  whole: fc.record({ do: fc.constantFrom('flush touches' as const, 'turn' as const, 'turn' as const, 'rest' as const) }),
  deliver: fc.record({ do: fc.constant('deliver' as const), backup, to: fc.constantFrom('primary' as const, 'backup' as const), count: fc.integer({ min: 1, max: 4 }) }),
  connect: fc.record({ do: fc.constant('connect' as const), backup, primaryDials: fc.boolean() }),
  link: fc.record({ do: fc.constantFrom('cut' as const, 'mark' as const, 'mark' as const), backup }),
  forgetBackup: fc.record({ do: fc.constant('forget back-up' as const), backup }),
  forgetPrimary: fc.record({ do: fc.constant('forget primary' as const), awaits: fc.uniqueArray(backup, { maxLength: 3 }) }),
  elapse: fc.record({ do: fc.constant('elapse' as const) }),
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: drawn.create },
  { weight: 20, arbitrary: drawn.save },
  { weight: 6, arbitrary: drawn.access },
  { weight: 2, arbitrary: drawn.pass },
  { weight: 12, arbitrary: drawn.whole },
  { weight: 14, arbitrary: drawn.deliver },
  { weight: 10, arbitrary: drawn.connect },
  { weight: 6, arbitrary: drawn.link },
  { weight: 1, arbitrary: drawn.forgetBackup },
  { weight: 1, arbitrary: drawn.forgetPrimary },
  { weight: 1, arbitrary: drawn.elapse },
)

const scene: fc.Arbitrary<Scene> = fc.record({
  keeping: fc.constantFrom('retained' as const, 'asked' as const, 'elsewhere' as const, 'none' as const),
  retainedLimit: fc.constantFrom(1, 2, 1_000),
  window: fc.constantFrom(1, 100, 1_000_000),
  backups: fc.integer({ min: 1, max: 3 }),
})

/** A primary that loses its memory in the midst of everything, over links that come and go. */
const loss = fc
  .tuple(drawn.forgetPrimary, fc.array(fc.oneof(drawn.connect, drawn.deliver, drawn.deliver, drawn.whole, drawn.link), { minLength: 4, maxLength: 12 }))
  .map(([first, others]): Step[] => [first, ...others])

const free = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' })
const half = fc.array(step, { minLength: 5, maxLength: 25, size: 'max' })

/** Any history. */
export const histories: fc.Arbitrary<History> = fc.record({
  scene,
  steps: fc.oneof({ weight: 3, arbitrary: free }, { weight: 1, arbitrary: fc.tuple(half, loss, half).map((parts) => parts.flat()) }),
})
