/**
 * The sessions that a process goes on following between requests, so that the next request reads them without a round
 * trip.
 *
 * Invariants: at most `limit` of them, those used last; a session that ends is followed no longer; when a link is lost
 * none is, because nobody knows how old such a replica is.
 */
import type { Session } from '@understudy/client'

/** Sessions kept open by id. */
export class FollowedSessions {
  readonly #limit: number
  /** The one used last comes last. */
  readonly #sessions = new Map<string, Session>()

  /** @param limit how many are followed at most */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** A followed session, which now is the one used last. */
  get(id: string): Session | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined) return undefined
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
    return session
  }

  /** Goes on following a session; takes over its handle, which must have nothing unsaved. */
  keep(id: string, session: Session): void {
    if (this.#limit === 0 || session.ended !== undefined || this.#sessions.has(id)) return session.close()
    this.#sessions.set(id, session)
    session.on('destroyed', () => {
      if (this.#sessions.get(id) === session) this.#sessions.delete(id)
    })
    if (this.#sessions.size <= this.#limit) return undefined
    for (const oldest of this.#sessions.keys()) return this.drop(oldest)
    return undefined
  }

  /** Follows it no longer. */
  drop(id: string): void {
    const session = this.#sessions.get(id)
    this.#sessions.delete(id)
    session?.close()
  }

  /** Follows none any longer. */
  dropAll(): void {
    for (const id of Array.from(this.#sessions.keys())) this.drop(id)
  }
}
