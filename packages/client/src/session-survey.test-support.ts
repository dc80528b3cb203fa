/** What the small primaries of tests say of many sessions: users are named by the attribute `user`. */
import type { Operation, SessionKey } from '@understudy/session'
import { operationsTowards, seedOf, Session, userKey } from '@understudy/session'
import { LiveDocuments } from '@understudy/document'
import type { ListQuery, Listed, SlotQuery } from './slot-query.js'
import { slotOf } from './remote/placement.js'

/** Sessions by key. */
export type Sessions = ReadonlyMap<SessionKey, Session>

/** Keys of the sessions that a query means, in order. */
export function keysIn(sessions: Sessions, { slots, user }: SlotQuery): SessionKey[] {
  const keys = [...sessions].filter(([key, session]) => slots.includes(slotOf(key)) && (user === undefined || userKey(session.get('user')) === user))
  return keys.map(([key]) => key).sort()
}

/** A page of them. */
export function pageOf(sessions: Sessions, query: ListQuery): Listed {
  const { after, limit, contents } = query
  const all = keysIn(sessions, query).filter((key) => after === undefined || key > after)
  const keys = all.slice(0, limit)
  const states = contents ? keys.map((key) => ({ key, ...stateOf(sessions, key) })) : []
  return { refused: [], keys, states, more: all.length > limit }
}

function stateOf(sessions: Sessions, key: SessionKey): ReturnType<Session['state']> {
  const session = sessions.get(key)
  if (session === undefined) throw new Error('There is no such session.')
  return session.state()
}

/** The session that another becomes under a new key. */
export function successorOf(session: Session, now: number): Session {
  const { terms } = seedOf(session)
  const successor = Session.create({ terms, lastAccess: now, live: new LiveDocuments({ limit: 1 }) })
  successor.apply(operationsOf(session), { reign: { epoch: 1, nonce: 1 }, now })
  return successor
}

function operationsOf(session: Session): readonly Operation[] {
  const nobody = Session.create({ terms: session.terms, lastAccess: 0, live: new LiveDocuments({ limit: 1 }) })
  return operationsTowards(nobody, seedOf(session))
}
