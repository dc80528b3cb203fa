/** What merging a delta needs beside the session itself: who may have written it, and whether it brought anything. */
import { DocumentError, epochOf, nonceOf } from '@understudy/document'
import type { Admit, Reign } from '@understudy/document'
import { SessionError } from '@understudy/session'
import type { Merged, Session } from '@understudy/session'
import type { DeltaEntry } from './delta-entry.js'
import { CLOCKS_DIFFER } from './forgotten.js'

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
