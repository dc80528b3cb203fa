/**
 * A session that goes on under another key: the successor is made of its seed, and remembers of which session it was
 * made. So the step can be asked for again, after whatever broke off, and never makes a second session or joins two.
 */
import { isKnownOperation, operationsTowards } from '@understudy/session'
import type { Operation, OperationId, Seed, Session, SessionKey } from '@understudy/session'
import type { SessionStore } from './session-store.js'
import { StoreError } from './store-error.js'
import type { StoredSession } from './stored-session.js'

/** What succeeds what. */
export interface Succession {
  /** Key of the successor. */
  readonly key: SessionKey
  /** Key of the session that it succeeds. */
  readonly from: SessionKey
}

/** Hex digits of the predecessor's key that fit a client's number. */
const DIGITS = 13
/** Changes nothing, but is a save: a session without attributes must remember where it comes from, too. */
const NOTHING: readonly Operation[] = [{ op: 'remove', name: 'rotated' }]

/**
 * The successor, if it is there.
 *
 * @param now ms since 1970
 * @throws StoreError SESSION_DAMAGED
 */
export function successorOf(store: SessionStore, { key, from }: Succession, now: number): StoredSession | undefined {
  if (store.isDead(key, now)) return undefined
  const stored = store.living(key, now)
  return stored !== undefined && isKnownOperation(stored.session.operations, originOf(from)) ? stored : undefined
}

/**
 * ① makes the successor. One that an earlier attempt left, of which nobody was told, is brought to what its
 * predecessor has become since. One that is in use is left alone: a primary that was deposed meanwhile may ask late.
 *
 * @throws StoreError SESSION_ID_TAKEN, NO_REIGN, SESSION_DAMAGED; SessionError where the seed exceeds a limit here
 */
export function succeed(store: SessionStore, succession: Succession, seed: Seed, now: number): StoredSession {
  const { key, from } = succession
  const earlier = successorOf(store, succession, now)
  if (earlier?.session !== undefined) {
    const operations = isInUse(store, succession, earlier.session) ? [] : operationsTowards(earlier.session, seed)
    if (operations.length === 0) store.restate(earlier)
    else store.apply(key, operations, now)
    return earlier
  }
  if (store.find(key) !== undefined) throw new StoreError('SESSION_ID_TAKEN', 'the new id is, or was, that of another session; take a fresh one')
  const stored: StoredSession & { readonly session: Session } = store.create(key, seed.terms, now)
  try {
    store.apply(key, seed.operations.length === 0 ? NOTHING : seed.operations, now, originOf(from))
  } catch (error) {
    store.destroy(key, { at: now, reason: 'destroyed' })
    throw error
  }
  return stored
}

/** Whether somebody was told of a successor: its predecessor is dead, or saves have come that did not make it. */
function isInUse(store: SessionStore, { from }: Succession, session: Session): boolean {
  const origin = originOf(from)
  return store.find(from)?.death !== undefined || session.operations.some(({ client, counter }) => client !== origin.client || counter !== origin.counter)
}

/** The save by which a successor was made. Its counter is the highest, so that it is never forgotten. */
function originOf(from: SessionKey): OperationId {
  return { client: Number.parseInt(from.slice(0, DIGITS), 16), counter: Number.MAX_SAFE_INTEGER }
}
