/** The one error of this package: a peer that does not keep to the rules of the link. */

/** `ACK_UNKNOWN`: acknowledges what was not sent. `EPOCH_STALE`: speaks for a reign that is over. `NOT_PRIMARY`: sends deltas of a slot it does not reign. */
export type ReplicationErrorCode = 'ACK_UNKNOWN' | 'EPOCH_STALE' | 'NOT_PRIMARY'

/** Ends the link it came from; no replica has been changed by the frame that caused it. */
export class ReplicationError extends Error {
  readonly code: ReplicationErrorCode

  constructor(code: ReplicationErrorCode, message: string) {
    super(message)
    this.name = 'ReplicationError'
    this.code = code
  }
}
