/** ③④ the difference between what is known of a holder and a session as it is. */
import { differenceAgainst, differenceWithoutFrozen, emptyBenchmark } from '@understudy/differencing'
import { deathEntry, sessionEntry } from './delta-entry.js'
import type { DeltaEntry } from './delta-entry.js'
import { Before } from './store-calls.js'
import type { StoredSession } from './stored-session.js'

/** What brings a holder of `known` to the present state of a session or death marker, and the cut it is made at. */
export function differenceOf(stored: StoredSession, known: Before, mode: 'benchmark' | 'immutable'): { readonly entry: DeltaEntry; readonly cut: Before } {
  const { session, death } = stored
  const since = stored.sequence
  if (death !== undefined) return { entry: deathEntry(stored.key, death), cut: new Before(undefined, since) }
  if (session === undefined) throw new RangeError('a place in the store holds neither a session nor its death')
  if (mode === 'immutable') {
    const delta = differenceWithoutFrozen(session, { withFrozen: stored.frozenSequence > known.since || known.since === 0 })
    return { entry: sessionEntry(stored, delta, known.since), cut: new Before(undefined, since) }
  }
  const delta = differenceAgainst(session, known.benchmark ?? emptyBenchmark)
  const entry = sessionEntry(stored, delta, known.benchmark === undefined ? 0 : known.since)
  return { entry, cut: new Before(session.benchmark(), since) }
}
