/** The one error of this package. */
import type { Death } from '@understudy/session'

/**
 * `SESSION_DESTROYED`: the session has a death marker, for ever. `SESSION_UNKNOWN`: no session of this key is held.
 * `NO_REIGN`: this node is not primary of the session's slot. `SESSION_DAMAGED`: the session's record on disk is damaged
 * and was set aside, and no other node has handed the session over yet; nothing takes its place until one does.
 * `SESSION_ID_TAKEN`: a session cannot go on under a key that another session has or had. `USERS_UNKNOWN`: no attribute was named that says whose a session is. `USERS_UNREAD`: whose the sessions on disk are is still
 * being read.
 */
export type StoreErrorCode = 'SESSION_DESTROYED' | 'SESSION_UNKNOWN' | 'NO_REIGN' | 'SESSION_DAMAGED' | 'SESSION_ID_TAKEN' | 'USERS_UNKNOWN' | 'USERS_UNREAD'

/** An operation that the store refuses; nothing was changed. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  /** Whether the same may succeed later. */
  readonly retryable: boolean

  constructor(code: StoreErrorCode, message: string) {
    super(message)
    this.name = 'StoreError'
    this.code = code
    this.retryable = code === 'USERS_UNREAD'
  }
}

/** What is said of a session that has ended. */
export function destroyed({ reason }: Death): StoreError {
  const ended = reason === 'expired' ? 'expired' : 'was destroyed'
  return new StoreError('SESSION_DESTROYED', `the session ${ended}; its id cannot be used again, make a new one`)
}
