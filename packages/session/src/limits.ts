/** How large a session may become. Limits bind writers only: what another node has accepted is always merged. */

import { SessionError } from './session-error.js'

/** Sizes in bytes of the encoded form. */
export interface SessionLimits {
  /** One attribute's value. */
  readonly valueBytes: number
  /** All live entries of a session, frozen ones included. */
  readonly sessionBytes: number
  /** Number of attributes, frozen ones included. */
  readonly attributes: number
}

/** 64 kB a value, 256 kB a session, 1,024 attributes. */
export const DEFAULT_LIMITS: SessionLimits = Object.freeze({
  valueBytes: 64 * 1024,
  sessionBytes: 256 * 1024,
  attributes: 1024,
})

/** Why a save is refused that adds attributes. */
export function tooMany({ attributes }: SessionLimits): SessionError {
  return new SessionError('TOO_MANY_ATTRIBUTES', `A session holds at most ${attributes} attributes; remove some first.`)
}

/** Why a save is refused that adds bytes. */
export function tooLarge({ sessionBytes }: SessionLimits): SessionError {
  return new SessionError('SESSION_TOO_LARGE', `A session holds at most ${sessionBytes} bytes; remove some attributes first.`)
}
