/**
 * A session's delta as a link carries it: the documents' part, which differencing computes, and the plain fields
 * beside them. Structurally the same types as protocol's, which this package does not import.
 */
import type { Delta } from '@understudy/differencing'
import type { Death, OperationId, SessionKey, Terms } from '@understudy/session'
import type { StoredSession } from './stored-session.js'

/** One session in a frame. Parts that bring nothing new are absent. */
export interface DeltaEntry {
  readonly key: SessionKey
  readonly death?: Death
  readonly generation: number
  /** What the generation stems from, as bytes that only sessions understand. */
  readonly base?: Uint8Array
  readonly attributes?: Uint8Array
  readonly frozen?: Uint8Array
  readonly frozenHash?: number
  readonly terms?: Terms
  readonly lastAccess?: number
  readonly operations?: readonly OperationId[]
}

/** The entry of a death marker: nothing else of the session is left. */
export function deathEntry(key: SessionKey, death: Death): DeltaEntry {
  return { key, generation: 0, death }
}

/**
 * The entry of a living session.
 *
 * @param delta the documents' part
 * @param since slot sequence up to which the receiver knows the plain fields; 0 when it knows none
 */
export function sessionEntry(stored: StoredSession, delta: Delta, since: number): DeltaEntry {
  const { key, session } = stored
  const entry: { -readonly [Part in keyof DeltaEntry]: DeltaEntry[Part] } = { key, ...delta }
  if (session === undefined) return entry
  // Whoever knows nothing needs the terms to begin with, whatever sequence they have here.
  if (since === 0 || stored.termsSequence > since) entry.terms = session.terms
  entry.lastAccess = session.lastAccess
  const operations = newOperations(stored, session.operations, since)
  if (operations.length > 0) entry.operations = operations
  return entry
}

/** Operations known here only since `since`. */
function newOperations(stored: StoredSession, operations: readonly OperationId[], since: number): readonly OperationId[] {
  if (since === 0 || operations.length === 0) return operations
  return operations.filter(({ client }) => stored.sequenceOf(client) > since)
}
