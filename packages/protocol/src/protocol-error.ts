/** The one error class of this package, and the table of its codes. */

/**
 * What went wrong with a frame. None of them is retryable on the same link: drop the link and open a new one.
 *
 * - `FRAME_MALFORMED`: the bytes (or, when encoding, the values) are no frame of this protocol
 * - `FRAME_TOO_LARGE`: longer than the link's limit; when encoding, split the frame
 * - `FRAME_CHECKSUM`: the bytes were damaged on their way, or a numbered frame is missing
 * - `FRAME_UNKNOWN`: a frame type that this version does not have
 * - `FRAME_OUT_OF_ORDER`: a greeting that is not the first frame, or a numbered frame with the wrong number
 * - `VERSION_MISMATCH`: the two sides share no protocol version
 */
export type ProtocolErrorCode =
  | 'FRAME_MALFORMED'
  | 'FRAME_TOO_LARGE'
  | 'FRAME_CHECKSUM'
  | 'FRAME_UNKNOWN'
  | 'FRAME_OUT_OF_ORDER'
  | 'VERSION_MISMATCH'

/** Thrown by every encoder and decoder of this package, and the only thing they throw. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  /** What went wrong, for programs. */
  readonly code: ProtocolErrorCode

  /** `message` says what happened and what to do; `options.cause` carries the error behind this one. */
  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The error itself, or, when a caller without types handed in what is no frame, one that has it as its cause. */
export function asProtocolError(cause: unknown): ProtocolError {
  if (cause instanceof ProtocolError) return cause
  return new ProtocolError('FRAME_MALFORMED', 'This is no frame. Hand in what the types of the package say.', { cause })
}

/** A `FRAME_MALFORMED` error that says what of a frame could not be read; use it as `throw malformed('…')`. */
export function malformed(what: string): ProtocolError {
  return new ProtocolError('FRAME_MALFORMED', `Malformed frame: ${what}. Drop the link and open a new one.`)
}

/** The message of a `FRAME_TOO_LARGE` error. */
export function tooLarge(limit: number): string {
  return `A frame exceeds ${limit} bytes. The sender must split it; a receiver drops the link.`
}

/** A `FRAME_MALFORMED` error for a value that no frame can carry: a mistake of the caller, nothing was sent. */
export function unencodable(what: string): ProtocolError {
  return new ProtocolError('FRAME_MALFORMED', `Cannot encode ${what}. Correct the value: no frame was made.`)
}
