/**
 * Whole sessions in a frame of deltas, for a back-up that holds nothing of them: in the form in which replicas keep them,
 * which is nobody's business here. Those who know it check it as strictly as any delta.
 */

import type { Codec } from '../codec/codec.js'
import { malformed } from '../protocol-error.js'
import type { SessionKey } from '../session-key.js'

/** One session. */
export interface WholeSession {
  /** Which session. */
  readonly key: SessionKey
  /** All of it. As read from a frame, a window on the frame's bytes. */
  readonly bytes: Uint8Array
}

/** Key and length. */
const OVERHEAD = 16 + 8
/** Bytes that a frame has around them, if it has nothing else. */
const CLOSING = 16
/** Bytes that a session takes at least. */
const LEAST = 16 + 1

/** A bound, in bytes, on what it takes on the wire. */
export function wholeBound({ bytes }: WholeSession): number {
  return OVERHEAD + bytes.length
}

/** Reads and writes whole sessions, of which there is one at least. */
export const wholeSessions: Codec<readonly WholeSession[]> = {
  write(writer, wholes) {
    const bytes = wholes.reduce((sum, whole) => sum + wholeBound(whole), 0)
    writer.charge(bytes)
    writer.reserve(bytes + CLOSING)
    writer.varUint(wholes.length)
    for (const whole of wholes) {
      writer.key(whole.key)
      writer.sized(whole.bytes)
    }
  },
  read(reader) {
    const count = reader.varUint()
    if (count === 0 || count > reader.left / LEAST) throw malformed(`a frame claims ${count} whole sessions`)
    const wholes: WholeSession[] = []
    for (let left = count; left > 0; left--) {
      const whole = { key: reader.key(), bytes: reader.window(reader.varUint()) }
      reader.charge(wholeBound(whole))
      wholes.push(whole)
    }
    return wholes
  },
}
