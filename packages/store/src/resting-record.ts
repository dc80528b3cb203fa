/**
 * The record of a session at rest, for the process that wrote it and for no other.
 *
 *     record = fingerprint (8 bytes) · ago of the terms, the latest freeze, what was told
 *              · 1 + which operation is the latest client's, or 0 · ago of that · session (session's resting.ts)
 *     ago    = by how much a sequence is below that of the latest change
 *
 * Sequences that have become meaningless with a new numbering count as known from its beginning on.
 */
import { ByteWriter } from '@understudy/document'
import type { ByteReader } from '@understudy/document'
import { deadlineAtRest, writeResting } from '@understudy/session'
import type { Session, WholeSessionReader } from '@understudy/session'
import type { Held } from './held.js'

const FINGERPRINT_BYTES = 8
/** Numbers between fingerprint and session. */
const NUMBERS = 5

/** One for all records: each is copied at once. */
const out = new ByteWriter()

/** The bytes of a record, until the next is written. @param sequence of the latest change */
export function restingRecord(held: Held, session: Session, sequence: number): ByteWriter {
  held.joinClients()
  out.reset()
  writeWord(held.high)
  writeWord(held.low)
  const writeAgo = (earlier: number): void => out.varUint(Math.max(0, sequence - earlier))
  writeAgo(held.termsSequence)
  writeAgo(held.frozenSequence)
  writeAgo(held.toldSequence)
  out.varUint(1 + session.operations.findIndex(({ client }) => client === held.client))
  writeAgo(held.clientSequence)
  writeResting(out, session)
  return out
}

/**
 * The record of a session that came whole, until the next is written: all that it brought is dated with the latest change.
 *
 * @param bytes that the reader read
 * @param lastAccess that counts
 * @param sequence of the latest change
 */
export function arrivedRecord(whole: WholeSessionReader, bytes: Uint8Array, lastAccess: number, sequence: number): ByteWriter {
  out.reset()
  writeWord(whole.high)
  writeWord(whole.low)
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

/** What the slot's digest holds. */
export function fingerprintIn(record: ByteReader): readonly [number, number] {
  return [readWord(record) >>> 0, readWord(record) >>> 0]
}

/** When the session expires, ms since 1970; undefined: never. */
export function deadlineIn(record: ByteReader): number | undefined {
  skipDates(record)
  return deadlineAtRest(record)
}

/** Passes over what stands before the session. */
export function skipDates(record: ByteReader): void {
  record.skip(FINGERPRINT_BYTES)
  for (let left = NUMBERS; left > 0; left--) record.varUint()
}

/**
 * Reads what stands before the session.
 *
 * @param sequence of the latest change
 * @returns which of the session's operations is the latest client's; -1: none
 */
export function readDates(record: ByteReader, sequence: number, held: Held): number {
  held.high = readWord(record)
  held.low = readWord(record)
  held.termsSequence = readSequence(record, sequence)
  held.frozenSequence = readSequence(record, sequence)
  held.toldSequence = readSequence(record, sequence)
  const operation = record.varUint() - 1
  held.clientSequence = readSequence(record, sequence)
  return operation
}

function readSequence(record: ByteReader, sequence: number): number {
  return Math.max(Math.min(1, sequence), sequence - record.varUint())
}

function writeWord(word: number): void {
  for (let shift = 0; shift < 32; shift += 8) out.uint8((word >>> shift) & 0xff)
}

function readWord(record: ByteReader): number {
  return record.uint8() | (record.uint8() << 8) | (record.uint8() << 16) | (record.uint8() << 24)
}
