/** Whether a session is one of those that a person asks for. */
import type { SessionFilter } from '@understudy/protocol/inspect'
import { userKey } from '@understudy/session'
import type { Session, UserKey } from '@understudy/session'
import type { StoredSession } from '@understudy/store'

/** `unread`: on disk alone, and the filter asks for what only the whole session tells. */
export type Match = 'yes' | 'no' | 'unread'

/** Judges sessions by a filter. Cheap things come first; nothing is read from disk for it. */
export class SessionMatch {
  readonly #filter: SessionFilter
  readonly #now: number
  readonly #needsSession: boolean
  readonly #user: UserKey | undefined

  /** @param now the node's clock, by which ages count */
  constructor(filter: SessionFilter, now: number) {
    this.#filter = filter
    this.#now = now
    this.#user = filter.user === undefined ? undefined : userKey(filter.user)
    const { attribute, minAge, maxAge, minIdle, maxIdle, minBytes, maxBytes } = filter
    this.#needsSession = [attribute, minAge, maxAge, minIdle, maxIdle, minBytes, maxBytes].some((wish) => wish !== undefined)
  }

  /** Whether sessions have to be looked into, one by one. */
  get isCostly(): boolean {
    return this.#needsSession
  }

  /** Judges one. */
  of(stored: StoredSession): Match {
    const { keyPrefix, state = 'living' } = this.#filter
    if (keyPrefix !== undefined && !stored.key.startsWith(keyPrefix)) return 'no'
    if (state !== 'all' && stored.isLiving !== (state === 'living')) return 'no'
    if (this.#filter.user !== undefined) {
      if (!stored.isLiving) return 'no'
      // Whose a session on disk is may not have been read yet.
      if (stored.filed === undefined) return 'unread'
      if (this.#user === undefined || stored.filed.user !== this.#user) return 'no'
    }
    if (!this.#needsSession) return 'yes'
    if (!stored.isLiving) return 'no'
    if (stored.isCold) return 'unread'
    const session = stored.look()
    return session !== undefined && this.#fits(session) ? 'yes' : 'no'
  }

  #fits(session: Session): boolean {
    const { attribute, minAge, maxAge, minIdle, maxIdle, minBytes, maxBytes } = this.#filter
    if (!isWithin(this.#now - session.terms.createdAt, minAge, maxAge)) return false
    if (!isWithin(this.#now - session.lastAccess, minIdle, maxIdle)) return false
    if (attribute !== undefined && !session.has(attribute)) return false
    return (minBytes === undefined && maxBytes === undefined) || isWithin(session.byteLength, minBytes, maxBytes)
  }
}

function isWithin(value: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): boolean {
  return value >= least && value <= most
}
