/**
 * A moment of a session: what it held when a save had been applied, as a small text that apps hand around. Whoever
 * holds a replica can tell by it whether that save is in it.
 *
 *     moment = base64url( format 1 · first 4 bytes of the session's key · writes(attributes) · writes(frozen) )
 *     writes = count, then for each writer, the latest first: writer, clock
 *
 * It names writes, not a generation: a document that was begun anew still knows which writes it stems from. At most 8
 * writers are named, the highest: a primary writes under a higher id than all before it, and what it writes comes after
 * all that it has seen.
 */
import { VectorOfOne, type StateVector } from '@understudy/document'
import { fromBase64UrlEncoded } from 'lib0/buffer'
import * as decoding from 'lib0/decoding'
import { decodeBase } from './base.js'
import { knowledgeOf, knows, type Dot, type Knowledge } from './lineage.js'
import { SessionError } from './session-error.js'
import type { SessionKey } from './session-key.js'
import type { Session } from './session.js'

/** What a replica must have seen. */
export interface Moment {
  readonly attributes: readonly Dot[]
  readonly frozen: readonly Dot[]
}

const FORMAT = 1
/** Hex digits of the session's key that a moment is marked with. */
const KEY_DIGITS = 8
/** Writers named of each document. */
const WRITERS = 8
/** Longest text: both documents with 8 writers of 8 and 5 bytes. */
const MAX_LENGTH = 300
const SHAPE = /^[\w-]+$/
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The two digits of each twelve bits. */
const PAIRS: readonly string[] = Array.from({ length: 4_096 }, (_, bits) => `${DIGITS[bits >>> 6]}${DIGITS[bits & 0x3f]}`)

/** One for all moments: writing is not interrupted, and no moment is longer. */
const bytes = new Uint8Array(MAX_LENGTH)

/** What a session holds now. Part of every save's answer, so it is written without a buffer of its own. */
export function momentOf(session: Session, key: SessionKey): string {
  bytes[0] = FORMAT
  const mark = Number.parseInt(key.slice(0, KEY_DIGITS), 16)
  for (let i = 0; i < 4; i++) bytes[1 + i] = mark >>> (8 * i)
  const end = writeWrites(5, session.base.length === 0 ? session.attributes.vector() : seenBy(session).clocks)
  return base64Url(writeWrites(end, session.frozenVector))
}

/**
 * Reads a moment of the session of this key.
 *
 * @throws SessionError `MOMENT_INVALID` for anything else, moments of other sessions included
 */
export function readMoment(text: unknown, key: SessionKey): Moment {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !SHAPE.test(text)) throw invalid('is none')
  try {
    const decoder = decoding.createDecoder(fromBase64UrlEncoded(text))
    if (decoding.readUint8(decoder) !== FORMAT) throw invalid('is of another version')
    if (decoding.readUint32(decoder) !== Number.parseInt(key.slice(0, KEY_DIGITS), 16)) throw invalid('is of another session')
    const moment = { attributes: readWrites(decoder), frozen: readWrites(decoder) }
    if (decoder.pos !== decoder.arr.length) throw invalid('is too long')
    return moment
  } catch (cause) {
    throw cause instanceof SessionError ? cause : invalid('is damaged', cause)
  }
}

/** Whether a replica has seen all that a moment names. */
export function hasReached(session: Session, { attributes, frozen }: Moment): boolean {
  const seen = seenBy(session)
  const seenFrozen: Knowledge = { clocks: session.frozenVector, floor: 0 }
  return attributes.every((write) => knows(seen, write)) && frozen.every((write) => knows(seenFrozen, write))
}

function seenBy(session: Session): Knowledge {
  return knowledgeOf(decodeBase(session.base), session.attributes.vector())
}

/** @returns where the next byte goes */
function writeWrites(start: number, clocks: StateVector): number {
  // Nearly always there is one.
  if (clocks instanceof VectorOfOne && clocks.clock > 0) return writeVarUint(writeVarUint(writeVarUint(start, 1), clocks.writer), clocks.clock - 1)
  const latest = latestOf(clocks)
  let at = writeVarUint(start, latest.length)
  for (const [writer, clock] of latest) at = writeVarUint(writeVarUint(at, writer), clock - 1)
  return at
}

function latestOf(clocks: StateVector): readonly (readonly [number, number])[] {
  return Array.from(clocks).filter(([, clock]) => clock > 0).sort((a, b) => b[0] - a[0]).slice(0, WRITERS)
}

/** As lib0's, seven bits a byte, the low ones first. */
function writeVarUint(start: number, value: number): number {
  let at = start
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes[at++] = 0x80 | (left % 0x80)
  bytes[at++] = left
  return at
}

/** The first `length` of the bytes, without padding: two digits for twelve bits. */
function base64Url(length: number): string {
  let text = ''
  let i = 0
  for (; i + 2 < length; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += (PAIRS[bits >>> 12] ?? '') + (PAIRS[bits & 0xfff] ?? '')
  }
  if (length - i === 1) return text + (PAIRS[(bytes[i] ?? 0) << 4] ?? '')
  if (length - i === 2) return text + (PAIRS[((bytes[i] ?? 0) << 4) | ((bytes[i + 1] ?? 0) >>> 4)] ?? '') + (DIGITS[((bytes[i + 1] ?? 0) & 0xf) << 2] ?? '')
  return text
}

function readWrites(decoder: decoding.Decoder): Dot[] {
  const count = decoding.readVarUint(decoder)
  if (count > WRITERS) throw invalid(`names ${count} writers`)
  const writes: Dot[] = []
  for (let i = 0; i < count; i++) writes.push({ writer: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder) })
  return writes
}

function invalid(what: string, cause?: unknown): SessionError {
  return new SessionError('MOMENT_INVALID', `The moment of the session ${what}; give the text that a save of this session returned.`, { cause })
}
