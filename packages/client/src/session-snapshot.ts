/** A session as it is found when sessions are listed: its contents at that time, to be read only. */
import type { LiveDocuments, Value } from '@understudy/document'
import type { ClientState } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import { Session } from '@understudy/session'
import { deepFreeze } from './deep-freeze.js'

/** What a session held when it was listed. */
export interface SessionSnapshot {
  /** The only form in which nodes know the session; `store.destroyKey` takes it. */
  readonly key: SessionKey
  /** All attributes, frozen ones included; deeply frozen. */
  readonly attributes: Readonly<Record<string, Value>>
  /** When it was created, ms since 1970. */
  readonly createdAt: number
  /** When it was last used, ms since 1970. */
  readonly lastAccess: number
  /** When it expires if nobody uses it any more, ms since 1970; undefined: never. */
  readonly expiresAt: number | undefined
}

/**
 * Reads a session's whole state.
 *
 * @throws an error of session or document when the state makes no session
 */
export function snapshotOf(state: ClientState, live: LiveDocuments): SessionSnapshot {
  const session = Session.load(state, { live })
  const attributes = session.toJSON()
  for (const value of Object.values(attributes)) deepFreeze(value)
  const { terms, lastAccess } = session
  return Object.freeze({ key: state.key, attributes: Object.freeze(attributes), createdAt: terms.createdAt, lastAccess, expiresAt: session.deadline() })
}
