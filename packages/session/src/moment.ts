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
import { fromBase64UrlEncoded, toBase64UrlEncoded } from 'lib0/buffer'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
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

/** What a session holds now. */
export function momentOf(session: Session, key: SessionKey): string {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, FORMAT)
  encoding.writeUint32(encoder, Number.parseInt(key.slice(0, KEY_DIGITS), 16))
  writeWrites(encoder, seenBy(session).clocks)
  writeWrites(encoder, session.frozen.vector())
  return toBase64UrlEncoded(encoding.toUint8Array(encoder))
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
  const seenFrozen: Knowledge = { clocks: session.frozen.vector(), floor: 0 }
  return attributes.every((write) => knows(seen, write)) && frozen.every((write) => knows(seenFrozen, write))
}

function seenBy(session: Session): Knowledge {
  return knowledgeOf(decodeBase(session.base), session.attributes.vector())
}

function writeWrites(encoder: encoding.Encoder, clocks: ReadonlyMap<number, number>): void {
  const latest = [...clocks].filter(([, clock]) => clock > 0).sort((a, b) => b[0] - a[0]).slice(0, WRITERS)
  encoding.writeVarUint(encoder, latest.length)
  for (const [writer, clock] of latest) {
    encoding.writeVarUint(encoder, writer)
    encoding.writeVarUint(encoder, clock - 1)
  }
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
