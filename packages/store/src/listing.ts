/** What is there: living sessions of some slots, a page at a time, in the order of their keys. */
import type { Session, SessionKey, UserKey } from '@understudy/session'
import type { SessionStore } from './session-store.js'
import { StoreError } from './store-error.js'
import type { StoredSession } from './stored-session.js'
import type { Users } from './users.js'

/** What a page is asked for. */
export interface ListQuery {
  /** Numbers of slots, ascending. */
  readonly slots: readonly number[]
  /** Whose sessions; undefined: everybody's. */
  readonly user?: UserKey | undefined
  /** Only keys above this one. */
  readonly after?: SessionKey | undefined
  /** Sessions on the page at most. */
  readonly limit: number
}

/** One page. */
export interface SessionPage {
  readonly sessions: readonly StoredSession[]
  /** There are more above the last. */
  readonly more: boolean
}

/**
 * A page of living sessions.
 *
 * @param now ms since 1970: what has expired by then is left out
 * @throws StoreError USERS_UNKNOWN, USERS_UNREAD
 */
export function listSessions(store: SessionStore, { slots, user, after, limit }: ListQuery, now: number): SessionPage {
  const found: StoredSession[] = []
  for (const stored of candidates(store, slots, user, after)) {
    if (!isThere(stored, now) || (after !== undefined && stored.key <= after)) continue
    if (found.length === limit) return { sessions: found, more: true }
    found.push(stored)
  }
  return { sessions: found, more: false }
}

/**
 * How many living sessions there are; some that have expired within the last second may be among them.
 *
 * @throws StoreError USERS_UNKNOWN, USERS_UNREAD
 */
export function countSessions(store: SessionStore, { slots, user }: Pick<ListQuery, 'slots' | 'user'>): number {
  if (user === undefined) return slots.reduce((sum, slot) => sum + store.slot(slot).living, 0)
  const asked = new Set(slots)
  return usersOf(store).of(user).filter(({ slot }) => asked.has(slot)).length
}

function isThere(stored: StoredSession, now: number): stored is StoredSession & { readonly session: Session } {
  const deadline = stored.deadline()
  return stored.isLiving && (deadline === undefined || now < deadline)
}

function* candidates(store: SessionStore, slots: readonly number[], user: UserKey | undefined, after: SessionKey | undefined): Generator<StoredSession> {
  if (user !== undefined) {
    const asked = new Set(slots)
    yield* inOrder(usersOf(store).of(user).filter(({ slot }) => asked.has(slot)))
    return
  }
  for (const slot of slots) {
    const above = [...store.slot(slot).all()].filter(({ key }) => after === undefined || key > after)
    yield* inOrder(above)
  }
}

/** Keys of equal length are in order as texts. */
function inOrder(sessions: StoredSession[]): StoredSession[] {
  return sessions.sort((a, b) => (a.key < b.key ? -1 : 1))
}

function usersOf(store: SessionStore): Users {
  if (store.users !== undefined) return store.users
  throw new StoreError('USERS_UNKNOWN', 'the nodes were not told which attribute names a session’s user; start them with --user-attribute NAME')
}
