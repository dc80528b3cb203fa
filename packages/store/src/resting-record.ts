/**
 * The body of the record of a session at rest, for the process that wrote it and for no other. What is asked of a session at
 * rest (fingerprint, deadline, sequence) stands in its row.
 *
 *     body = ago of the terms, the latest freeze, what was told · 1 + which operation is the latest client's, or 0
 *            · ago of that · session (session's resting.ts)
 *     ago  = by how much a sequence is below that of the latest change
 *
 * Sequences that have become meaningless with a new numbering count as known from its beginning on.
 */
import { ByteWriter } from '@understudy/document'
import type { ByteReader, Lexicon } from '@understudy/document'
import { packSession, unpackSession, writeResting } from '@understudy/session'
import type { Session, WholeSessionReader } from '@understudy/session'
import type { Dates, InUse } from './in-use.js'

/** Numbers before the session. */
const NUMBERS = 5

/** One for all records: each is copied at once. */
const out = new ByteWriter()

/** The bytes of a body, until the next is written. @param sequence of the latest change */
export function restingRecord(inUse: InUse, session: Session, sequence: number): ByteWriter {
  inUse.joinClients()
  out.reset()
  const writeAgo = (earlier: number): void => out.varUint(Math.max(0, sequence - earlier))
  writeAgo(inUse.termsSequence)
  writeAgo(inUse.frozenSequence)
  writeAgo(inUse.toldSequence)
  out.varUint(1 + session.operations.findIndex(({ client }) => client === inUse.client))
  writeAgo(inUse.clientSequence)
  writeResting(out, session)
  return out
}

/**
 * The body of a session that came whole, until the next is written: all that it brought is dated with the latest change.
 *
 * @param bytes that the reader read
 * @param lastAccess that counts
 * @param sequence of the latest change
 */
export function arrivedRecord(whole: WholeSessionReader, bytes: Uint8Array, lastAccess: number, sequence: number): ByteWriter {
  out.reset()
  out.varUint(0)
  out.varUint(whole.hasFrozen ? 0 : sequence)
  out.varUint(whole.hasOperations ? 0 : sequence)
  out.varUint(0)
  out.varUint(sequence)
  if (lastAccess === whole.lastAccess) out.copy(bytes, 0, bytes.length)
  else {
    out.copy(bytes, 0, whole.lastAccessAt)
    out.varUint(lastAccess)
    out.copy(bytes, whole.lastAccessEnd, bytes.length)
  }
  return out
}

/** Packs a body, for as long as it rests (session's packed.ts). */
export function packRecord(body: ByteReader, packed: ByteWriter, lexicon: Lexicon): void {
  copyDates(body, packed)
  packSession(body, packed, lexicon)
}

/** Unpacks what `packRecord` wrote: the same bytes again. */
export function unpackRecord(packed: ByteReader, body: ByteWriter, lexicon: Lexicon): void {
  copyDates(packed, body)
  unpackSession(packed, body, lexicon)
}

function copyDates(from: ByteReader, to: ByteWriter): void {
  const start = from.at
  skipDates(from)
  to.copy(from.bytes, start, from.at)
}

/** Passes over what stands before the session. */
export function skipDates(record: ByteReader): void {
  for (let left = NUMBERS; left > 0; left--) record.varUint()
}

/** Reads what stands before the session. @param sequence of the latest change */
export function readDates(record: ByteReader, sequence: number): Dates {
  const termsSequence = readSequence(record, sequence)
  const frozenSequence = readSequence(record, sequence)
  const toldSequence = readSequence(record, sequence)
  const operation = record.varUint() - 1
  return { termsSequence, frozenSequence, toldSequence, operation, clientSequence: readSequence(record, sequence) }
}

function readSequence(record: ByteReader, sequence: number): number {
  return Math.max(Math.min(1, sequence), sequence - record.varUint())
}
