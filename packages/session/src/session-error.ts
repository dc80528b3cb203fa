/**
 * The one error class of this package.
 *
 * Every error is thrown before anything has changed: a session that threw is the session it was.
 */

/** What went wrong. `DELTA_GAP` is the one recoverable code: the replica lacks something, ask with its benchmark. */
export type SessionErrorCode =
  | 'ATTRIBUTE_FROZEN'
  | 'ATTRIBUTE_MISSING'
  | 'ATTRIBUTE_NOT_A_NUMBER'
  | 'ATTRIBUTE_NOT_A_SET'
  | 'ATTRIBUTE_CHANGED'
  | 'NUMBER_OUT_OF_RANGE'
  | 'NAME_INVALID'
  | 'VALUE_NOT_STORABLE'
  | 'VALUE_TOO_LARGE'
  | 'SESSION_TOO_LARGE'
  | 'TOO_MANY_ATTRIBUTES'
  | 'SESSION_ID_INVALID'
  | 'OPERATION_INVALID'
  | 'DELTA_GAP'
  | 'DELTA_MALFORMED'
  | 'WRITERS_EXHAUSTED'
  | 'MOMENT_INVALID'

/** An error of a session; `code` is for programs, `message` tells a person what to do. */
export class SessionError extends Error {
  /** For programs. */
  readonly code: SessionErrorCode
  /** The attribute that it is about, where it is about one. */
  readonly attribute?: string

  /** An error with a code, perhaps about one attribute, perhaps with what caused it. */
  constructor(code: SessionErrorCode, message: string, details: { attribute?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'SessionError'
    this.code = code
    if (details.attribute !== undefined) this.attribute = details.attribute
  }
}
