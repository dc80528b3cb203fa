/**
 * A session at rest: what it is in memory, as bytes for the process that wrote them and for no other.
 *
 *     resting   = created at, deadlines, last access, operations, frozen hash + 1 or 0, frozen (a document at rest),
 *                 generation, length of the base, base, attributes (a document at rest)
 *     deadlines = stamp of the terms, idle timeout + 1 or 0, absolute deadline + 1 or 0
 *
 * The plain fields come first, so that the deadline can be told without the documents; the attributes last, so that they
 * can grow into what room there is behind.
 */
import { Document } from '@understudy/document'
import type { ByteReader, ByteWriter, LiveDocuments } from '@understudy/document'
import { NO_BASE } from './base.js'
import type { Generation } from './generation.js'
import { NO_OPERATIONS, type OperationId } from './operation-log.js'
import { deadlineOf, type Terms } from './terms.js'

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
  readonly frozenHash: number
  readonly frozen: Document | undefined
  readonly attributes: Generation
}

/** Writes a session as it is, for `Session.awake`. */
export function writeResting(out: ByteWriter, session: Restable): void {
  const { terms, lastAccess, operations, frozen, base } = session
  out.varUint(terms.createdAt)
  out.varUint(terms.stamp)
  writeOptional(out, terms.idleTimeout)
  writeOptional(out, terms.absoluteDeadline)
  out.varUint(lastAccess)
  out.varUint(operations.length)
  for (const { client, counter } of operations) {
    out.varUint(client)
    out.varUint(counter)
  }
  out.varUint(session.frozenHash())
  frozen.rest(out)
  out.varUint(session.generation)
  out.varUint(base.length)
  out.copy(base, 0, base.length)
  session.attributes.rest(out)
}

/** What was written; the bytes are the documents' own from now on. */
export function readResting(reader: ByteReader, live: LiveDocuments): Resting {
  const terms = readTerms(reader)
  const lastAccess = reader.varUint()
  const operations = readOperations(reader)
  const frozenHash = reader.varUint()
  const frozen = Document.awake('frozen', reader, live)
  const number = reader.varUint()
  const base = readBase(reader)
  const attributes = { number, base, document: Document.awake('attributes', reader, live) }
  return { terms, lastAccess, operations, frozenHash, frozen: frozen.vector().size === 0 ? undefined : frozen, attributes }
}

/** When a session at rest expires, ms since 1970; undefined: never. */
export function deadlineAtRest(reader: ByteReader): number | undefined {
  const terms = readTerms(reader)
  return deadlineOf(terms, reader.varUint())
}

function readTerms(reader: ByteReader): Terms {
  const createdAt = reader.varUint()
  const stamp = reader.varUint()
  const idleTimeout = readOptional(reader)
  const absoluteDeadline = readOptional(reader)
  return { createdAt, stamp, ...(idleTimeout !== undefined && { idleTimeout }), ...(absoluteDeadline !== undefined && { absoluteDeadline }) }
}

function readOperations(reader: ByteReader): readonly OperationId[] {
  const count = reader.varUint()
  if (count === 0) return NO_OPERATIONS
  const operations: OperationId[] = []
  for (let left = count; left > 0; left--) operations.push({ client: reader.varUint(), counter: reader.varUint() })
  return operations
}

function readBase(reader: ByteReader): Uint8Array {
  const length = reader.varUint()
  if (length === 0) return NO_BASE
  reader.skip(length)
  return reader.bytes.slice(reader.at - length, reader.at)
}

/** A number that may be absent: 0 for none, else one more. */
function writeOptional(out: ByteWriter, number: number | undefined): void {
  out.varUint(number === undefined ? 0 : number + 1)
}

function readOptional(reader: ByteReader): number | undefined {
  const number = reader.varUint()
  return number === 0 ? undefined : number - 1
}
