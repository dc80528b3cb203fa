/**
 * A session's delta as a link carries it: the documents' part, which differencing computes, and the plain fields
 * beside them. Structurally the same types as protocol's, which this package does not import.
 */
import { decodeStateVector, encodeStateVector } from '@understudy/document'
import type { Delta } from '@understudy/differencing'
import type { Death, OperationId, SessionDelta, SessionKey, Terms } from '@understudy/session'
import type { StoredSession } from './stored-session.js'

/** One session in a frame. Parts that bring nothing new are absent. */
export interface DeltaEntry {
  readonly key: SessionKey
  readonly death?: Death
  readonly generation: number
  /** Encoded state vector that the new generation replaces. */
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
 * @param since slot sequence up to which the receiver knows the plain fields
 */
export function sessionEntry(stored: StoredSession, delta: Delta, since: number): DeltaEntry {
  const { base, ...documents } = delta
  const session = stored.session
  const operations = newOperations(stored, since)
  return {
    key: stored.key,
    ...documents,
    ...(base && { base: encodeStateVector(base) }),
    ...(session && stored.termsSequence > since && { terms: session.terms }),
    ...(session && { lastAccess: session.lastAccess }),
    ...(operations && { operations }),
  }
}

/**
 * The entry as a session merges it.
 *
 * @throws DocumentError for a damaged base vector
 */
export function sessionDelta(entry: DeltaEntry): SessionDelta {
  const { base, key: _key, death: _death, ...delta } = entry
  return base === undefined ? delta : { ...delta, base: decodeStateVector(base) }
}

/** Operations applied after `since`; those of which it is not known count as new. */
function newOperations(stored: StoredSession, since: number): OperationId[] | undefined {
  let operations: OperationId[] | undefined
  for (const operation of stored.session?.operations ?? []) {
    const sequence = stored.operationSequences?.get(operation.client) ?? Number.POSITIVE_INFINITY
    if (sequence > since) (operations ??= []).push(operation)
  }
  return operations
}
