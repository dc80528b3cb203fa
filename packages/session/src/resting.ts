/**
 * A session at rest: what it is in memory, as bytes for the process that wrote them and for no other.
 *
 *     resting = parts that are there, created at, [stamp of the terms], [idle timeout], [absolute deadline], last access,
 *               number of operations, for each: client, counter
 *               [hash of the frozen document, frozen document at rest], [generation, length of its base, base]
 *               attributes: document at rest
 *
 * The attributes come last, so that they can grow into what room there is behind.
 */
import { Document } from '@understudy/document'
import type { ByteReader, ByteWriter, LiveDocuments } from '@understudy/document'
import { NO_BASE } from './base.js'
import { FrozenPart } from './frozen-part.js'
import type { Generation } from './generation.js'
import { NO_OPERATIONS, type OperationId } from './operation-log.js'
import type { Terms } from './terms.js'

/** Parts that may be there. */
export const PART = { stamp: 1, idleTimeout: 2, absoluteDeadline: 4, frozen: 8, generation: 16 } as const
/** All of them. */
export const ALL_PARTS = 31

/** What is to be seen of a session. */
export interface Restable extends Pick<Resting, 'terms' | 'lastAccess' | 'operations'> {
  readonly generation: number
  readonly base: Uint8Array
  readonly attributes: Document
  readonly frozen: Document
  frozenHash(): number
}

/** What a session is made of. */
export interface Resting {
  readonly terms: Terms
  readonly lastAccess: number
  readonly operations: readonly OperationId[]
  readonly frozen: FrozenPart | undefined
  readonly attributes: Generation
}

/** Writes a session as it is, for `Session.awake`. */
export function writeResting(out: ByteWriter, session: Restable): void {
  const { terms, lastAccess, operations, frozen, generation, base } = session
  const parts = partsOf(session)
  out.uint8(parts)
  out.varUint(terms.createdAt)
  if (parts & PART.stamp) out.varUint(terms.stamp)
  if (terms.idleTimeout !== undefined) out.varUint(terms.idleTimeout)
  if (terms.absoluteDeadline !== undefined) out.varUint(terms.absoluteDeadline)
  out.varUint(lastAccess)
  out.varUint(operations.length)
  for (const { client, counter } of operations) {
    out.varUint(client)
    out.varUint(counter)
  }
  if (parts & PART.frozen) {
    out.varUint(session.frozenHash())
    frozen.rest(out)
  }
  if (parts & PART.generation) {
    out.varUint(generation)
    out.varUint(base.length)
    out.copy(base, 0, base.length)
  }
  session.attributes.rest(out)
}

/** What was written; the bytes are the documents' own from now on. */
export function readResting(reader: ByteReader, live: LiveDocuments): Resting {
  const parts = reader.uint8()
  const terms = readTerms(reader, parts)
  const lastAccess = reader.varUint()
  const operations = readOperations(reader)
  const frozen = (parts & PART.frozen) === 0 ? undefined : readFrozen(reader, live)
  const isLater = (parts & PART.generation) !== 0
  const number = isLater ? reader.varUint() : 0
  const base = isLater ? readBase(reader) : NO_BASE
  return { terms, lastAccess, operations, frozen, attributes: { number, base, document: Document.awake('attributes', reader, live) } }
}

function partsOf({ terms, frozen, generation, base }: Restable): number {
  return (
    (terms.stamp === terms.createdAt ? 0 : PART.stamp) |
    (terms.idleTimeout === undefined ? 0 : PART.idleTimeout) |
    (terms.absoluteDeadline === undefined ? 0 : PART.absoluteDeadline) |
    (frozen.vector().size === 0 ? 0 : PART.frozen) |
    (generation === 0 && base.length === 0 ? 0 : PART.generation)
  )
}

function readTerms(reader: ByteReader, parts: number): Terms {
  const createdAt = reader.varUint()
  const stamp = parts & PART.stamp ? reader.varUint() : createdAt
  const idleTimeout = parts & PART.idleTimeout ? reader.varUint() : undefined
  const absoluteDeadline = parts & PART.absoluteDeadline ? reader.varUint() : undefined
  return { createdAt, stamp, ...(idleTimeout !== undefined && { idleTimeout }), ...(absoluteDeadline !== undefined && { absoluteDeadline }) }
}

function readOperations(reader: ByteReader): readonly OperationId[] {
  const count = reader.varUint()
  if (count === 0) return NO_OPERATIONS
  const operations: OperationId[] = []
  for (let left = count; left > 0; left--) operations.push({ client: reader.varUint(), counter: reader.varUint() })
  return operations
}

function readFrozen(reader: ByteReader, live: LiveDocuments): FrozenPart {
  const hash = reader.varUint()
  return new FrozenPart(Document.awake('frozen', reader, live), hash)
}

function readBase(reader: ByteReader): Uint8Array {
  const length = reader.varUint()
  if (length === 0) return NO_BASE
  reader.skip(length)
  return reader.bytes.slice(reader.at - length, reader.at)
}
