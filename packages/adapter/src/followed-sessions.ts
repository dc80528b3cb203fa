/**
 * The sessions that a process goes on following between requests, so that the next request finds them at hand.
 *
 * ```
 *  keep ──► at the end of the queue ──limit──► the first of the queue: used since? ──yes──► at the end, unused
 *                                                                          └──no──► dropped
 * ```
 * Invariants: at most `limit` of them; one that was used since it was last looked at stays; a session that ends is
 * followed no longer; when a link is lost none is, because nobody knows how old such a replica is. A use is a mark: to
 * move an entry of a Map at each would make the Map anew all the time.
 */
import type { Session, Value } from '@understudy/client'

/** A session that is followed. */
export class FollowedSession {
  /** The handle, which has nothing unsaved. */
  readonly session: Session
  /** Whether a request used it since the queue was last gone through. */
  used = false
  #values: ReadonlyMap<string, Value> | undefined

  constructor(session: Session) {
    this.session = session
    session.on('changed', () => (this.#values = undefined))
  }

  /** Its attributes as they are now; the same Map until one of them changes. */
  get values(): ReadonlyMap<string, Value> {
    return (this.#values ??= valuesOf(this.session))
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

  /** Goes on following a session; takes over its handle, which must have nothing unsaved. */
  keep(id: string, session: Session): void {
    if (this.#limit === 0 || session.ended !== undefined || this.#sessions.has(id)) return session.close()
    const followed = new FollowedSession(session)
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

/** The attributes of a session: frozen values, read-only. */
export function valuesOf(session: Session): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>()
  for (const name of session.names()) {
    const value = session.get(name)
    if (value !== undefined) values.set(name, value)
  }
  return values
}
