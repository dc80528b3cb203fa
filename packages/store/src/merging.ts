/** What merging a delta needs beside the session itself: what was before, who may have written it, and whether it brought anything. */
import { DocumentError, epochOf, nonceOf } from '@understudy/document'
import type { Admit, Reign } from '@understudy/document'
import { Session, SessionError } from '@understudy/session'
import type { Merged, Terms } from '@understudy/session'
import type { DeltaEntry } from './delta-entry.js'
import { CLOCKS_DIFFER } from './forgotten.js'
import { Before } from './store-calls.js'
import type { SessionStoreOptions } from './store-calls.js'
import type { StoredSession } from './stored-session.js'

/** A session of which nothing is known but its terms. */
export function freshSession({ live, limits }: SessionStoreOptions, terms: Terms, lastAccess: number): Session {
  return Session.create({ terms, lastAccess, live, ...(limits && { limits }) })
}

/** What a holder of everything knows before a change of it. */
export function beforeOf({ mode }: SessionStoreOptions, stored: StoredSession): Before {
  return new Before(mode === 'benchmark' ? stored.session?.benchmark() : undefined, stored.sequence)
}

/** Merges; undefined when something before the delta is missing, which is nobody's fault. */
export function mergeUnlessGap(session: Session, entry: DeltaEntry, admit: Admit, reign: Reign | undefined): Merged | undefined {
  try {
    return session.merge(entry, admit, reign && { reign })
  } catch (error) {
    if ((error instanceof DocumentError || error instanceof SessionError) && error.code === 'DELTA_GAP') return undefined
    throw error
  }
}

/** Whether two fingerprints say the same. */
export function equalFingerprints(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] && a[1] === b[1]
}

/** Admits what was written before a reign, and under it. */
export function upTo({ epoch, nonce }: Reign): (writer: number) => boolean {
  return (writer) => epochOf(writer) < epoch || (epochOf(writer) === epoch && nonceOf(writer) === nonce)
}

/** The entry without a last access that is later than any clock may say: it would keep the session for as much longer. */
export function cappedAt(entry: DeltaEntry, now: number): DeltaEntry {
  const latest = now + CLOCKS_DIFFER
  return entry.lastAccess !== undefined && entry.lastAccess > latest ? { ...entry, lastAccess: latest } : entry
}
