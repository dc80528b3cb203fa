/**
 * When a session ends, as web frameworks say it: by its cookie, or by a time to live where the cookie says nothing.
 *
 * A cookie with `originalMaxAge` slides: every request moves its `expires` to that time from now. The nodes do the same
 * with an idle time-out, so that a sliding `expires` need not be written. A cookie with `expires` alone is fixed.
 */
import type { CreateTerms } from '@understudy/client'

/** How a session ends by itself. */
export type Expiry =
  /** So long after its last use, ms. */
  | { readonly kind: 'sliding'; readonly idleTimeout: number }
  /** At this instant, ms since 1970. */
  | { readonly kind: 'fixed'; readonly at: number }
  /** It has ended already. */
  | { readonly kind: 'past' }

/** What a cookie says of the end of its session. */
export interface CookieTimes {
  /** The instant at which it expires: a Date, text of one, or ms since 1970. */
  readonly expires?: unknown
  /** Its life from its last use on, ms. */
  readonly originalMaxAge?: unknown
  /** The same, where a cookie was written by hand. */
  readonly maxAge?: unknown
}

/** The time-outs that a session has. */
export interface KnownTerms {
  readonly idleTimeout?: number
  readonly absoluteDeadline?: number
}

/** `expires` and `originalMaxAge` agree when they are apart by no more than this share: a request takes time. */
const TOLERANCE = 0.1
/** Fixed instants that are no further apart than this are the same, ms. */
const SAME_INSTANT = 1_000

/**
 * How a session with this cookie ends.
 *
 * @param now ms since 1970
 * @param otherwise its life after its last use where the cookie says nothing, ms
 */
export function expiryOf(cookie: CookieTimes | undefined, now: number, otherwise: number): Expiry {
  const life = finite(cookie?.originalMaxAge) ?? finite(cookie?.maxAge)
  const at = instantOf(cookie?.expires)
  if (at === undefined) return sliding(life ?? otherwise)
  const left = at - now
  if (left <= 0) return { kind: 'past' }
  if (life !== undefined && Math.abs(life - left) <= life * TOLERANCE) return sliding(life)
  return { kind: 'fixed', at }
}

/** A session that ends after so long without use, ms; of nothing or less: that has ended. */
export function sliding(ms: number): Expiry {
  return ms > 0 ? { kind: 'sliding', idleTimeout: Math.ceil(ms) } : { kind: 'past' }
}

/** The same as terms for the nodes, which count from now on. */
export function termsOf(expiry: Exclude<Expiry, { kind: 'past' }>, now: number): CreateTerms {
  if (expiry.kind === 'sliding') return { idleTimeout: expiry.idleTimeout }
  return { absoluteTimeout: Math.max(1, Math.ceil(expiry.at - now)) }
}

/** Whether a session with these terms ends like that already. */
export function isExpiryOf(terms: KnownTerms, expiry: Exclude<Expiry, { kind: 'past' }>): boolean {
  const { idleTimeout, absoluteDeadline } = terms
  if (expiry.kind === 'sliding') return idleTimeout === expiry.idleTimeout && absoluteDeadline === undefined
  return idleTimeout === undefined && absoluteDeadline !== undefined && Math.abs(absoluteDeadline - expiry.at) <= SAME_INSTANT
}

/** An instant in any of the ways in which cookies carry it, ms since 1970; undefined: none. */
export function instantOf(given: unknown): number | undefined {
  if (given instanceof Date) return finite(given.getTime())
  if (typeof given === 'string') return finite(Date.parse(given))
  return finite(given)
}

function finite(given: unknown): number | undefined {
  return typeof given === 'number' && Number.isFinite(given) ? given : undefined
}
