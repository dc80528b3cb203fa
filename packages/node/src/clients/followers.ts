/**
 * Who follows which session, and what each follower is known to hold: the same differencing as towards back-ups, per
 * session instead of per slot. Nothing is queued: a follower's deltas are computed when it can take them.
 */
import type { Benchmark } from '@understudy/differencing'
import { attach, attachmentOf, detach } from '@understudy/replication'
import type { Attachment } from '@understudy/replication'
import type { SessionKey } from '@understudy/session'
import type { SessionStore, StoredSession } from '@understudy/store'
import type { Environment } from '../environment.js'

/** One follower of one session. */
export interface Follower {
  /** The session changed, or died: `stored` tells which. Called once for all changes of one turn of the event loop. */
  changed(stored: StoredSession, names: readonly string[]): void
  /** The session has another place from now on: its record was damaged, and another node has handed it over. */
  moved(stored: StoredSession): void
}

/** What a follower holds. */
export interface FollowedState {
  readonly benchmark: Benchmark | undefined
  readonly since: number
}

const NOBODY: readonly Follower[] = []

/** A session that is followed. */
class Followed implements Attachment {
  next: Attachment | undefined
  /** Nearly always there is no other, and then no list. */
  first: Follower | undefined
  others: readonly Follower[] = NOBODY
  /** Names changed in this turn of the event loop; undefined: nothing did. */
  names: readonly string[] | undefined
  readonly owner: object
  stored: StoredSession

  constructor(owner: object, stored: StoredSession) {
    this.owner = owner
    this.stored = stored
  }
}

/** The followers of one node's sessions. */
export class Followers {
  readonly #environment: Environment
  #size = 0
  /** Changed in this turn of the event loop. */
  #changed: Followed[] = []
  /** Of which the record was found damaged: they are followed on once another node has handed them over. */
  readonly #lost = new Map<SessionKey, Followed>()

  constructor(store: SessionStore, environment: Environment) {
    this.#environment = environment
    store.observe((stored, _, names) => this.#mark(stored, names))
  }

  /** Sessions that are followed. */
  get size(): number {
    return this.#size
  }

  /** Follows a session from now on. */
  follow(stored: StoredSession, follower: Follower): void {
    const followed = this.#find(stored) ?? this.#begin(stored)
    if (followed.first === follower || followed.others.includes(follower)) return
    if (followed.first === undefined) followed.first = follower
    else followed.others = [...followed.others, follower]
  }

  /** Follows it no longer. */
  leave(stored: StoredSession, follower: Follower): void {
    const followed = this.#find(stored) ?? this.#lost.get(stored.key)
    if (followed === undefined) return
    if (followed.first === follower) [followed.first, ...followed.others] = followed.others
    else followed.others = followed.others.filter((other) => other !== follower)
    if (followed.first !== undefined) return
    if (!this.#lost.delete(stored.key)) detach(stored, followed)
    this.#size--
  }

  /** The session is here no more, until another node hands it over. Called while its place is still there. */
  lost(stored: StoredSession): void {
    const followed = this.#find(stored)
    if (followed === undefined) return
    detach(stored, followed)
    this.#lost.set(stored.key, followed)
  }

  /** Tells now what would be told at the end of this turn. */
  settle(): void {
    if (this.#changed.length > 0) this.#announce()
  }

  #find(stored: StoredSession): Followed | undefined {
    const found = attachmentOf(stored, this)
    return found instanceof Followed ? found : undefined
  }

  #begin(stored: StoredSession): Followed {
    const followed = new Followed(this, stored)
    attach(stored, followed)
    this.#size++
    return followed
  }

  /** What was lost is back, in another place. */
  #regain(stored: StoredSession): Followed | undefined {
    const followed = this.#lost.get(stored.key)
    if (followed === undefined) return undefined
    this.#lost.delete(stored.key)
    followed.stored = stored
    attach(stored, followed)
    for (const follower of followersOf(followed)) follower.moved(stored)
    return followed
  }

  #mark(stored: StoredSession, names: readonly string[]): void {
    const followed = this.#find(stored) ?? (this.#lost.size === 0 ? undefined : this.#regain(stored))
    if (followed === undefined) return
    const earlier = followed.names
    followed.names = earlier === undefined ? names : [...new Set([...earlier, ...names])]
    if (earlier !== undefined) return
    this.#changed.push(followed)
    if (this.#changed.length === 1) this.#environment.soon(() => this.settle())
  }

  #announce(): void {
    const changed = this.#changed
    this.#changed = []
    for (const followed of changed) {
      const { stored, names = [] } = followed
      followed.names = undefined
      // What was lost meanwhile is told of when it is back.
      if (stored.isGone) continue
      for (const follower of followersOf(followed)) follower.changed(stored, names)
    }
  }
}

function followersOf({ first, others }: Followed): readonly Follower[] {
  if (others.length === 0) return first === undefined ? NOBODY : [first]
  return first === undefined ? others : [first, ...others]
}
