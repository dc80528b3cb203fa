/**
 * What can be wrong with the tokens, secrets and origins that a node is given. Refused requests are no errors: see
 * `Refusal`.
 */

/** Why an `AccessError` was thrown. */
export type AccessErrorCode =
  /** the token file cannot be read from disk */
  | 'TOKEN_FILE_UNREADABLE'
  /** the token file is no JSON, or a part of it has the wrong shape or an unknown key */
  | 'TOKEN_FILE_MALFORMED'
  /** a role that does not exist */
  | 'ROLE_UNKNOWN'
  /** a token, a hash or a secret that is not usable: too short, not hexadecimal, with white space */
  | 'TOKEN_INVALID'
  /** the same name or the same token twice, or a token that is also the peer secret */
  | 'TOKEN_DUPLICATE'
  /** an origin that is no `scheme://host[:port]` */
  | 'ORIGIN_INVALID'

/** Thrown while access is set up, never while a request is judged. The message never holds a token. */
export class AccessError extends Error {
  override readonly name = 'AccessError'

  constructor(
    readonly code: AccessErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}
