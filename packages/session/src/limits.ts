/** How large a session may become. Limits bind writers only: what another node has accepted is always merged. */

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
