/**
 * `deltas`: the stream of changes from a primary to one back-up.
 *
 * Frames are numbered 1, 2, 3… a direction. One byte of the number travels and all of it is in the checksum's seed, so
 * that a gap is seen for certain and costs one byte. The time is told as the distance to the time told before. Sessions of
 * which the back-up holds nothing can come whole; the lowest bit of what remains tells that there are some.
 */

import type { Message } from '../codec/message.js'
import type { SessionDeltaEntry } from '../delta/session-delta.js'
import { malformed, ProtocolError } from '../protocol-error.js'
import { checkChecksum, writeChecksum } from './checksum.js'
import { entriesToEnd } from './entries.js'
import { wholeSessions, type WholeSession } from './wholes.js'

/** Changes of sessions, to be merged and then acknowledged by number. */
export interface Deltas {
  readonly type: 'deltas'
  /** 1, 2, 3… in each direction of a link. */
  readonly number: number
  /** The sender's clock, in ms since 1970. */
  readonly time: number
  /** Sessions that are still to be sent after this frame: how far a resync has come. */
  readonly remaining: number
  /** Sessions of which the back-up holds nothing, each in one piece; absent: none. */
  readonly wholes?: readonly WholeSession[]
  /** What is new about some sessions; none of them is among the whole ones. */
  readonly entries: readonly SessionDeltaEntry[]
}

/** Reads and writes `deltas`. */
export const deltas: Message<Deltas> = {
  tag: 3,
  type: 'deltas',
  write(writer, frame) {
    const { memory } = writer
    if (frame.number !== memory.number + 1) throw outOfOrder(memory.number + 1, frame.number)
    writer.uint8(frame.number % 0x100)
    writer.varInt(frame.time - memory.time)
    writer.varUint(2 * frame.remaining + (frame.wholes === undefined ? 0 : 1))
    memory.number = frame.number
    memory.time = frame.time
    if (frame.wholes !== undefined) wholeSessions.write(writer, frame.wholes)
    entriesToEnd.write(writer, frame.entries)
    writeChecksum(writer, frame.number)
  },
  read(reader) {
    const { memory } = reader
    const number = memory.number + 1
    const low = reader.uint8()
    if (low !== number % 0x100) throw outOfOrder(number, number - (number % 0x100) + low)
    checkChecksum(reader, number)
    const time = memory.time + reader.varInt()
    if (!Number.isSafeInteger(time) || time < 0) throw malformed('a time lies before 1970 or beyond 53 bits')
    const remains = reader.varUint()
    const remaining = Math.floor(remains / 2)
    memory.number = number
    memory.time = time
    if (remains % 2 === 0) return { type: 'deltas', number, time, remaining, entries: entriesToEnd.read(reader) }
    return { type: 'deltas', number, time, remaining, wholes: wholeSessions.read(reader), entries: entriesToEnd.read(reader) }
  },
}

function outOfOrder(expected: number, found: number): ProtocolError {
  return new ProtocolError(
    'FRAME_OUT_OF_ORDER',
    `Deltas number ${expected} expected, found ${found} or one like it. Drop the link and resync on a new one.`,
  )
}
