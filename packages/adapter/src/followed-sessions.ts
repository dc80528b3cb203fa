/**
 * The sessions that a process goes on following between requests, so that the next request finds them at hand.
 *
 * ```
 *  keep ──► at the end of the queue ──limit──► the first of the queue: used since? ──yes──► at the end, unused
 *                                                                          └──no──► dropped
 * ```
 * Invariants: at most `limit` of them; one that was used since it was last looked at stays; a session that ends is
 * followed no longer; nor is one whose link is lost, because nobody knows how old such a replica is. A use is a mark: to
 * move an entry of a Map at each would make the Map anew all the time.
 */
import type { Session, Value } from '@understudy/client'

const NONE: readonly string[] = []

/** A session that is followed. */
export class FollowedSession {
  /** The handle, which has nothing unsaved. */
  readonly session: Session
  /** Whether a request used it since the queue was last gone through. */
  used = false
  #values: ReadonlyMap<string, Value> | undefined
  /** Names of those that are not as in `#values` any more. */
  #changed: readonly string[] = NONE

  /** @param values its attributes as they are now, where they are at hand */
  constructor(session: Session, values?: ReadonlyMap<string, Value>) {
    this.session = session
    this.#values = values
    session.on('changed', (names) => (this.#changed = this.#changed === NONE ? names : [...new Set([...this.#changed, ...names])]))
  }

  /** Its attributes as they are now; the same Map until one of them changes. */
  get values(): ReadonlyMap<string, Value> {
    const changed = this.#changed
    this.#changed = NONE
    if (this.#values === undefined) this.#values = this.session.entries()
    else if (changed !== NONE) this.#values = this.#updated(this.#values, changed)
    return this.#values
  }

  /** Requests have the Map in hand: it stays as it is. */
  #updated(before: ReadonlyMap<string, Value>, names: readonly string[]): ReadonlyMap<string, Value> {
    const values = new Map(before)
    for (const name of names) {
      const value = this.session.get(name)
      if (value === undefined) values.delete(name)
      else values.set(name, value)
    }
    return values
  }
}

/** Sessions kept open by id. */
export class FollowedSessions {
  readonly #limit: number
  /** In the order of the queue. */
  readonly #sessions = new Map<string, FollowedSession>()

  /** @param limit how many are followed at most */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** A followed session, which is in use. */
  get(id: string): FollowedSession | undefined {
    const followed = this.#sessions.get(id)
    if (followed !== undefined) followed.used = true
    return followed
  }

  /**
   * Goes on following a session; takes over its handle, which must have nothing unsaved.
   * @param values its attributes as they are now, where they are at hand
   */
  keep(id: string, session: Session, values?: ReadonlyMap<string, Value>): void {
    if (this.#limit === 0 || session.ended !== undefined || this.#sessions.has(id)) return session.close()
    const followed = new FollowedSession(session, values)
    this.#sessions.set(id, followed)
    session.on('destroyed', () => {
      if (this.#sessions.get(id) === followed) this.#sessions.delete(id)
    })
    if (this.#sessions.size > this.#limit) this.#dropOtherThan(followed)
  }

  /** Follows it no longer. */
  drop(id: string): void {
    const followed = this.#sessions.get(id)
    this.#sessions.delete(id)
    followed?.session.close()
  }

  /** Follows those no longer that lost their link: nobody knows how old they are, and when they are asked for is soon enough. */
  dropLost(): void {
    for (const [id, { session }] of Array.from(this.#sessions)) if (!session.isFollowed) this.drop(id)
  }

  /** Follows none any longer. */
  dropAll(): void {
    for (const id of Array.from(this.#sessions.keys())) this.drop(id)
  }

  #dropOtherThan(newest: FollowedSession): void {
    for (const [id, followed] of this.#sessions) {
      if (!followed.used && followed !== newest) return this.drop(id)
      followed.used = false
      this.#sessions.delete(id)
      this.#sessions.set(id, followed)
    }
  }
}
