/**
 * Which death markers of a slot are dropped, and what is remembered of those that were.
 *
 *              all that store the slot hold it, and it is old enough
 *   marker ──────────────────────────────────────────────────────────► dropped; the slot remembers up to when
 *              or the slot has more than its share
 *
 * A slot remembers up to which time of death it has dropped markers, of destruction and of expiry. A whole session that
 * comes to a node which does not know it, made before what was dropped of `destroyed`, is one whose marker is gone: it
 * is dead.
 *
 * Where all hold the markers, both kinds are dropped up to the same time, and what expired is remembered as well. Its own
 * deadline would not do: an old copy can have other time-outs, or a later access on the other side of a split. Where
 * there are too many markers while somebody is away, those of expired sessions go first, unremembered: all that was made
 * before them over there would count as dead otherwise, and most copies of what expired have expired, too.
 *
 * Only a primary drops. Its marks say up to when, and a back-up drops just the same if what is left is then equal.
 *
 * Invariant: on a primary no marker is dated at or before what its slot has forgotten.
 */
import type { Death } from '@understudy/session'

/** Up to which time of death markers were dropped, by reason; ms since 1970, 0: none was. */
export interface Forgotten {
  readonly destroyed: number
  readonly expired: number
}

/** Of a slot that has dropped nothing. */
export const NOTHING_FORGOTTEN: Forgotten = Object.freeze({ destroyed: 0, expired: 0 })

/** ms by which the clocks of two nodes may differ: a minute each. */
export const CLOCKS_DIFFER = 120_000

/**
 * ms that a marker is kept at least, whatever the retention and however many there are. What was made when it was must
 * have reached everyone before it is dropped, or it would count as dead too; and a copy of an expired session must be
 * past its deadline by anybody's clock.
 */
export const LEAST_RETENTION = 600_000

/** Part of the limit that is kept where all hold all markers. */
const HELD_SHARE = 0.75

/** When markers may go. */
export interface Retention {
  /** The primary's clock, ms since 1970. */
  readonly now: number
  /** ms that markers are kept, from the death on. */
  readonly retention: number
  /** Markers kept in the slot at most, but for those of the last ten minutes. */
  readonly limit: number
  /** Whether everyone who stores the slot, dead or alive, holds all of it. */
  readonly isHeld: boolean
}

/** Whether the marker of a death is one that was dropped. */
export function isForgotten({ at, reason }: Death, forgotten: Forgotten): boolean {
  return at <= forgotten[reason]
}

/** Whether a session made then had a marker that was dropped: its clock and that of its death may differ. */
export function isOfForgotten(createdAt: number, { destroyed }: Forgotten): boolean {
  return destroyed > 0 && createdAt <= destroyed + CLOCKS_DIFFER
}

/** What another node has forgotten; nothing, where that lies in the future: all that is made until then would count as dead. */
export function believable(forgotten: Forgotten | undefined, now: number): Forgotten {
  if (forgotten === undefined || forgotten.destroyed > now || forgotten.expired > now) return NOTHING_FORGOTTEN
  return forgotten
}

/** What both together have forgotten. Gives `a` itself where `b` adds nothing. */
export function joinForgotten(a: Forgotten, b: Forgotten): Forgotten {
  if (b.destroyed <= a.destroyed && b.expired <= a.expired) return a
  return { destroyed: Math.max(a.destroyed, b.destroyed), expired: Math.max(a.expired, b.expired) }
}

/** The death, dated so that its marker is none that was dropped. */
export function undropped(death: Death, forgotten: Forgotten): Death {
  return isForgotten(death, forgotten) ? { ...death, at: forgotten[death.reason] + 1 } : death
}

/**
 * Up to when a primary drops markers now: where all hold them, those that served their time, and the oldest before there
 * are too many (later somebody may be away); where somebody is away, the oldest of too many, those of expired sessions
 * first.
 *
 * @param deaths of all markers in the slot
 */
export function forgettable(deaths: readonly Death[], { now, retention, limit, isHeld }: Retention): Forgotten {
  const ripe = deaths.filter(({ at }) => at <= now - LEAST_RETENTION)
  if (isHeld) {
    const times = timesOf(ripe)
    const upTo = Math.max(latestOf(times, deaths.length - Math.floor(limit * HELD_SHARE)), times.findLast((at) => at <= now - retention) ?? 0)
    return { destroyed: upTo, expired: upTo }
  }
  const over = deaths.length - limit
  const expired = timesOf(ripe.filter(({ reason }) => reason === 'expired'))
  const destroyed = timesOf(ripe.filter(({ reason }) => reason === 'destroyed'))
  return { expired: latestOf(expired, over), destroyed: latestOf(destroyed, over - expired.length) }
}

/** Ascending. */
function timesOf(deaths: readonly Death[]): number[] {
  return deaths.map(({ at }) => at).sort((a, b) => a - b)
}

/** The latest time among the first `count`; 0 where there is none. */
function latestOf(times: readonly number[], count: number): number {
  return times[Math.min(count, times.length) - 1] ?? 0
}
