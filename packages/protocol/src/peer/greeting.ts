/**
 * What the two greetings of a peer link say, `hello` of the side that dialled and `welcome` of the side that accepted.
 *
 * A greeting begins with four magic bytes and the span of versions; that much stays the same in all versions, so that
 * sides without a common version of the peer link can tell each other so. A greeting of a newer version may say more than we know: it
 * is the one frame whose trailing bytes are passed over, and only then.
 */

import type { Codec } from '../codec/codec.js'
import { text, uint, uintUpTo, word } from '../codec/scalars.js'
import { record, type RecordOf } from '../codec/record.js'
import { NAME_LIMIT, URL_LIMIT } from '../limits.js'
import { malformed } from '../protocol-error.js'
import { negotiate, PEER_VERSIONS, PROTOCOL_VERSION, type VersionRange } from '../version.js'
import { slotMarks } from './slot-mark.js'

/** The first bytes of a greeting: "understudy" has no business with whoever does not know them. */
const MAGIC = [0x55, 0x4e, 0x44, 0x59] as const

/** A nonce has 20 bits. */
const NONCE_MOST = 2 ** 20 - 1

const fields = {
  /** The sender's name in the cluster. */
  name: text(NAME_LIMIT),
  /** Whether the sender may become primary. */
  role: word('member', 'backup'),
  /** Tells one run of the sender's process from another, 53 bits. */
  incarnation: uint,
  /** The part of the sender's writer ids that tells its runs apart, 20 bits. */
  nonce: uintUpTo(NONCE_MOST),
  /** How the sender computes deltas. */
  mode: word('benchmark', 'immutable'),
  /** The WebSocket URL by which others reach the sender. */
  url: text(URL_LIMIT),
  /** The sender's clock, in ms since 1970; the origin of times in its first `deltas`. */
  time: uint,
  /** How far the sender has come in the slots that it holds. */
  slots: slotMarks,
}

const body = record(fields)

/** What both greetings say. */
export type Greeting = VersionRange & RecordOf<typeof fields>

/** Reads and writes a greeting, and takes its time as the link's first. */
export const greeting: Codec<Greeting> = {
  write(writer, value) {
    for (const byte of MAGIC) writer.uint8(byte)
    writer.varUint(value.version)
    writer.varUint(value.minVersion)
    body.write(writer, value)
    writer.memory.time = value.time
  },
  read(reader) {
    for (const byte of MAGIC) if (reader.uint8() !== byte) throw malformed('this is no greeting of Understudy')
    const versions = { version: reader.varUint(), minVersion: reader.varUint() }
    negotiate(PEER_VERSIONS, versions)
    const value = { ...versions, ...body.read(reader) }
    if (versions.version > PROTOCOL_VERSION) reader.skip(reader.left)
    reader.memory.time = value.time
    return value
  },
}
