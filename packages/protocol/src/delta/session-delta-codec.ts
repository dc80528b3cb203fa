/**
 * The bytes of one session's delta. The hot path of the peer link, hence by hand.
 *
 * A first varUint of flags says which fields follow; the seven usual ones fit one byte. Times are relative to the time
 * of the last frame that told one. Sessions, writers and clients are named by number after their first mention.
 */

import type { Codec } from '../codec/codec.js'
import type { LinkReader } from '../link/link-reader.js'
import type { LinkWriter } from '../link/link-writer.js'
import { malformed, unencodable } from '../protocol-error.js'
import { packUpdate } from './pack-delta.js'
import type { Death, OperationId, SessionDeltaEntry, Terms } from './session-delta.js'
import { unpackUpdate } from './unpack-delta.js'

/** The session is named by its key, and takes the next number. */
const NEW_SESSION = 1
const ATTRIBUTES = 2
const FROZEN = 4
const FROZEN_HASH = 8
const LAST_ACCESS = 16
const OPERATIONS = 32
const GENERATION = 64
const DEATH = 128
const BASE = 256
const TERMS = 512
const ALL_FLAGS = 1_023

const IDLE_TIMEOUT = 1
const ABSOLUTE_DEADLINE = 2

const REASONS = ['destroyed', 'expired'] as const

/** Flags, key, generation, death, hash, terms, last access, and what packing can add to three byte fields. */
const FIXED_BOUND = 128
/** Client 1 + 8, counter 8. */
const OPERATION_BOUND = 17

/** Reads and writes one entry, with the memory of the link. */
export const sessionDelta: Codec<SessionDeltaEntry> = { write, read }

/**
 * A bound, in bytes, on what an entry takes on the wire; never less than it really takes.
 * Summed up it tells a sender when a frame is full, before encoding it.
 */
export function sizeBound(entry: SessionDeltaEntry): number {
  const updates = (entry.attributes?.length ?? 0) + (entry.frozen?.length ?? 0) + (entry.base?.length ?? 0)
  return FIXED_BOUND + updates + (entry.operations?.length ?? 0) * OPERATION_BOUND
}

function write(writer: LinkWriter, entry: SessionDeltaEntry): void {
  writer.charge(sizeBound(entry))
  const number = writer.memory.sessions.numberOf(entry.key)
  const flags = flagsOf(entry, number === undefined)
  writer.varUint(flags)
  const session = number ?? introduce(writer, entry)
  if (number !== undefined) writer.varUint(number)
  if (flags & GENERATION) writer.varUint(entry.generation)
  if (entry.lastAccess !== undefined) writer.varInt(writer.memory.time - entry.lastAccess)
  if (entry.operations !== undefined) writeOperations(writer, entry.operations)
  if (entry.attributes !== undefined) packUpdate(writer, entry.attributes, 'attributes', session)
  if (entry.frozen !== undefined) packUpdate(writer, entry.frozen, 'frozen', session)
  if (entry.frozenHash !== undefined) writer.uint32(entry.frozenHash)
  if (flags >= DEATH) writeRare(writer, entry)
}

function flagsOf(entry: SessionDeltaEntry, isNew: boolean): number {
  return (
    (isNew ? NEW_SESSION : 0) |
    (entry.attributes === undefined ? 0 : ATTRIBUTES) |
    (entry.frozen === undefined ? 0 : FROZEN) |
    (entry.frozenHash === undefined ? 0 : FROZEN_HASH) |
    (entry.lastAccess === undefined ? 0 : LAST_ACCESS) |
    (entry.operations === undefined ? 0 : OPERATIONS) |
    (entry.generation === 0 ? 0 : GENERATION) |
    (entry.death === undefined ? 0 : DEATH) |
    (entry.base === undefined ? 0 : BASE) |
    (entry.terms === undefined ? 0 : TERMS)
  )
}

function introduce(writer: LinkWriter, { key }: SessionDeltaEntry): number {
  writer.key(key)
  const session = writer.memory.sessions.assign(key)
  writer.memory.chains.forget(session)
  return session
}

function writeOperations(writer: LinkWriter, operations: readonly OperationId[]): void {
  writer.varUint(operations.length)
  for (const { client, counter } of operations) {
    writer.numbered(writer.memory.clients, client)
    // Clients count from their clocks, so that the distance to the frame's time is short.
    writer.varInt(counter - writer.memory.time)
  }
}

/** Fields that come with few entries: death, base, terms. */
function writeRare(writer: LinkWriter, { death, base, terms }: SessionDeltaEntry): void {
  if (death !== undefined) {
    const reason = REASONS.indexOf(death.reason)
    if (reason < 0) throw unencodable(`death by ${JSON.stringify(death.reason)}`)
    writer.uint8(reason)
    writer.varInt(writer.memory.time - death.at)
  }
  if (base !== undefined) writer.sized(base)
  if (terms !== undefined) writeTerms(writer, terms)
}

function writeTerms(writer: LinkWriter, terms: Terms): void {
  const { createdAt, stamp, idleTimeout, absoluteDeadline } = terms
  writer.uint8(
    (idleTimeout === undefined ? 0 : IDLE_TIMEOUT) | (absoluteDeadline === undefined ? 0 : ABSOLUTE_DEADLINE),
  )
  writer.varInt(writer.memory.time - createdAt)
  writer.varUint(stamp)
  if (idleTimeout !== undefined) writer.varUint(idleTimeout)
  if (absoluteDeadline !== undefined) writer.varInt(absoluteDeadline - createdAt)
}

/** An entry while it is being read. */
type Unfinished = { -readonly [K in keyof SessionDeltaEntry]: SessionDeltaEntry[K] }

function read(reader: LinkReader): SessionDeltaEntry {
  reader.charge(FIXED_BOUND)
  const flags = reader.varUint()
  if (flags > ALL_FLAGS) throw malformed(`an entry has unknown flags (${flags})`)
  const session = flags & NEW_SESSION ? meet(reader) : reader.varUint()
  const entry: Unfinished = { key: reader.memory.sessions.idOf(session), generation: 0 }
  if (flags & GENERATION) entry.generation = readGeneration(reader)
  if (flags & LAST_ACCESS) entry.lastAccess = readTime(reader, reader.memory.time)
  if (flags & OPERATIONS) entry.operations = readOperations(reader)
  if (flags & ATTRIBUTES) entry.attributes = unpackUpdate(reader, 'attributes', session)
  if (flags & FROZEN) entry.frozen = unpackUpdate(reader, 'frozen', session)
  if (flags & FROZEN_HASH) entry.frozenHash = reader.uint32()
  if (flags & DEATH) entry.death = readDeath(reader)
  if (flags & BASE) entry.base = readBase(reader)
  if (flags & TERMS) entry.terms = readTerms(reader)
  return entry
}

function meet(reader: LinkReader): number {
  const session = reader.memory.sessions.assign(reader.key())
  reader.memory.chains.forget(session)
  return session
}

function readGeneration(reader: LinkReader): number {
  const generation = reader.varUint()
  if (generation === 0) throw malformed('generation 0 is spelt out')
  return generation
}

/** A time that stands on the wire as its distance before `origin`. */
function readTime(reader: LinkReader, origin: number): number {
  return checkedTime(origin - reader.varInt())
}

function checkedTime(time: number): number {
  if (time < 0 || time > Number.MAX_SAFE_INTEGER) throw malformed('a time lies before 1970 or beyond 53 bits')
  return time
}

function readOperations(reader: LinkReader): readonly OperationId[] {
  const count = reader.varUint()
  if (count > reader.left / 2) throw malformed(`an entry claims ${count} operations`)
  reader.charge(count * OPERATION_BOUND)
  const operations: OperationId[] = []
  for (let index = 0; index < count; index++) {
    operations.push({ client: reader.numbered(reader.memory.clients), counter: checkedTime(reader.memory.time + reader.varInt()) })
  }
  return operations
}

function readBase(reader: LinkReader): Uint8Array {
  const base = reader.sized()
  reader.charge(base.length)
  return base
}

function readDeath(reader: LinkReader): Death {
  const reason = REASONS[reader.uint8()]
  if (reason === undefined) throw malformed('a death has an unknown reason')
  return { at: readTime(reader, reader.memory.time), reason }
}

function readTerms(reader: LinkReader): Terms {
  const flags = reader.uint8()
  if (flags > (IDLE_TIMEOUT | ABSOLUTE_DEADLINE)) throw malformed(`terms have unknown flags (${flags})`)
  const createdAt = readTime(reader, reader.memory.time)
  const stamp = reader.varUint()
  return {
    createdAt,
    stamp,
    ...(flags & IDLE_TIMEOUT ? { idleTimeout: reader.varUint() } : undefined),
    ...(flags & ABSOLUTE_DEADLINE ? { absoluteDeadline: checkedTime(createdAt + reader.varInt()) } : undefined),
  }
}
