/**
 * Whose session is whose: all sessions of a user that this node holds, living ones only.
 *
 * A doubly linked list through the stored sessions of one user: filing one, and taking it out, are O(1). Invariant: a
 * session is in the list of the user that its attribute names, and in no other; what is dead is in none. So nothing is
 * left of a user whose sessions have all ended.
 */
import type { UserKey } from '@understudy/session'
import type { Filed, StoredSession } from './stored-session.js'

/** The sessions of every user. */
export class UserIndex {
  readonly #first = new Map<UserKey, StoredSession>()
  /** What all sessions share that are nobody's. */
  readonly #nobody: Filed

  /** @param attribute mark of the attribute that names users */
  constructor(attribute: number) {
    this.#nobody = Object.freeze({ attribute, user: undefined })
  }

  /** Users with a session. */
  get size(): number {
    return this.#first.size
  }

  /** Living sessions of a user, the one filed last first. Do not file meanwhile. */
  *of(user: UserKey): Generator<StoredSession> {
    for (let stored = this.#first.get(user); stored !== undefined; stored = stored.filed?.next) yield stored
  }

  /** Files a session under its user, or as nobody's; it leaves where it was filed before. */
  file(stored: StoredSession, user: UserKey | undefined): void {
    if (stored.filed !== undefined && stored.filed.user === user && stored.filed.attribute === this.#nobody.attribute) return
    this.remove(stored)
    if (user === undefined) stored.filed = this.#nobody
    else this.link(stored, user)
  }

  /** Takes up a session of a user that is in no list yet. */
  link(stored: StoredSession, user: UserKey): void {
    const next = this.#first.get(user)
    // One text for all sessions of a user.
    stored.filed = { attribute: this.#nobody.attribute, user: next?.filed?.user ?? user, next, previous: undefined }
    if (next?.filed !== undefined) next.filed.previous = stored
    this.#first.set(user, stored)
  }

  /** The session is dead, or about to be filed elsewhere. */
  remove(stored: StoredSession): void {
    const { filed } = stored
    stored.filed = undefined
    if (filed?.user === undefined) return
    const { user, next, previous } = filed
    if (next?.filed !== undefined) next.filed.previous = previous
    if (previous?.filed !== undefined) previous.filed.next = next
    else if (next === undefined) this.#first.delete(user)
    else this.#first.set(user, next)
  }
}
