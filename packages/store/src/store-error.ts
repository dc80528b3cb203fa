/** The one error of this package. */

/**
 * `SESSION_DESTROYED`: the session has a death marker, for ever. `SESSION_UNKNOWN`: no session of this key is held.
 * `NO_REIGN`: this node is not primary of the session's slot. `SESSION_DAMAGED`: the session's record on disk is damaged
 * and was set aside, and no other node has handed the session over yet; nothing takes its place until one does.
 */
export type StoreErrorCode = 'SESSION_DESTROYED' | 'SESSION_UNKNOWN' | 'NO_REIGN' | 'SESSION_DAMAGED'

/** An operation that the store refuses; nothing was changed. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string) {
    super(message)
    this.name = 'StoreError'
    this.code = code
  }
}
