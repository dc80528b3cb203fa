/**
 * Who follows which session, and what each follower is known to hold: the same differencing as towards back-ups, per
 * session instead of per slot. Nothing is queued: a follower's deltas are computed when it can take them.
 */
import type { Benchmark } from '@understudy/differencing'
import type { SessionStore, StoredSession } from '@understudy/store'
import type { Environment } from '../environment.js'

/** One follower of one session. */
export interface Follower {
  /** The session changed, or died: `stored` tells which. Called once for all changes of one turn of the event loop. */
  changed(stored: StoredSession, names: readonly string[]): void
}

/** What a follower holds. */
export interface FollowedState {
  readonly benchmark: Benchmark | undefined
  readonly since: number
}

/** The followers of one node's sessions. */
export class Followers {
  readonly #environment: Environment
  readonly #followers = new Map<StoredSession, Set<Follower>>()
  /** Names changed in this turn of the event loop, by session. */
  #changed = new Map<StoredSession, readonly string[]>()
  #announcing = false

  constructor(store: SessionStore, environment: Environment) {
    this.#environment = environment
    store.observe((stored, _, names) => this.#mark(stored, names))
  }

  /** Sessions that are followed. */
  get size(): number {
    return this.#followers.size
  }

  /**
   * Follows a session from now on.
   *
   * @returns ends it
   */
  follow(stored: StoredSession, follower: Follower): () => void {
    const followers = this.#followers.get(stored)
    if (followers === undefined) this.#followers.set(stored, new Set([follower]))
    else followers.add(follower)
    return () => this.#leave(stored, follower)
  }

  #leave(stored: StoredSession, follower: Follower): void {
    const followers = this.#followers.get(stored)
    followers?.delete(follower)
    if (followers?.size === 0) this.#followers.delete(stored)
  }

  #mark(stored: StoredSession, names: readonly string[]): void {
    if (!this.#followers.has(stored)) return
    const earlier = this.#changed.get(stored)
    this.#changed.set(stored, earlier === undefined ? names : [...new Set([...earlier, ...names])])
    if (this.#announcing) return
    this.#announcing = true
    this.#environment.soon(() => this.#announce())
  }

  #announce(): void {
    this.#announcing = false
    const changed = this.#changed
    this.#changed = new Map()
    for (const [stored, names] of changed) {
      for (const follower of this.#followers.get(stored) ?? []) follower.changed(stored, names)
    }
  }
}
