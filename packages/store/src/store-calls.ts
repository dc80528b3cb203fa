/** What a store's calls take and give. */
import type { Benchmark } from '@understudy/differencing'
import type { LiveDocuments } from '@understudy/document'
import type { Applied, SessionKey, SessionLimits } from '@understudy/session'
import type { Persistence } from './persistence.js'
import type { StoredSession } from './stored-session.js'

/** How a store behaves. */
export interface SessionStoreOptions {
  readonly mode: 'benchmark' | 'immutable'
  /** The bounded set of live Yjs documents. */
  readonly live: LiveDocuments
  readonly limits?: SessionLimits
  /** ms a death marker is kept, from the death on; longer where somebody still lacks it, and see `deathLimit`. */
  readonly deathRetention: number
  /** Death markers kept at most, evenly over the 256 slots (see forgotten.ts); default 250,000. */
  readonly deathLimit?: number | undefined
  /** Slot of a key, 0 … 255. */
  readonly slotOf: (key: SessionKey) => number
  /** The disk, if there is one: what it holds is there from the start, and every change goes to it. */
  readonly persistence?: Persistence | undefined
  /** Living sessions kept in memory at most, where there is a disk for the others. Default: all. */
  readonly warmSessions?: number | undefined
  /** The attribute that says whose a session is, then keys of objects in it. Default: users are not kept. */
  readonly userAttribute?: readonly string[] | undefined
  /** So many sessions never come to rest (resting-sessions.ts). Default: 4,096. */
  readonly restBeyond?: number | undefined
  /** A number that nobody can guess, by which keys are found: so nobody can choose keys that are hard to find. Default: 0. */
  readonly seed?: number | undefined
  /** Hears of a session that is lost just now: its record turned out to be damaged, and must come from elsewhere. */
  readonly lost?: ((stored: StoredSession) => void) | undefined
}

/** What a holder of everything before a change knew: what back-ups that were up to date now hold. */
export class Before {
  readonly benchmark: Benchmark | undefined
  readonly since: number

  constructor(benchmark: Benchmark | undefined, since: number) {
    this.benchmark = benchmark
    this.since = since
  }
}

/** Hears of every change, after it was made. `names`: the attributes changed. */
export type ChangeListener = (stored: StoredSession, before: Before, names: readonly string[]) => void

/** What `apply` comes to where there is nothing to apply. */
export const NOTHING_APPLIED: Applied = Object.freeze({ changed: Object.freeze([]), terms: false, duplicate: false })

/** What `apply` adds to a session's own answer. */
export class Written implements Applied {
  readonly changed: readonly string[]
  readonly terms: boolean
  readonly duplicate: boolean
  readonly stored: StoredSession

  constructor({ changed, terms, duplicate }: Applied, stored: StoredSession) {
    this.changed = changed
    this.terms = terms
    this.duplicate = duplicate
    this.stored = stored
  }
}
