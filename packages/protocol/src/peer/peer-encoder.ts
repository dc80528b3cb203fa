/**
 * The sending end of a peer link: frames to bytes.
 *
 * Invariant: everything encoded is sent, in the order in which it was encoded; the other side's tables depend on it.
 */

import { sizeBound } from '../delta/session-delta-codec.js'
import type { SessionDeltaEntry } from '../delta/session-delta.js'
import { LinkWriter } from '../link/link-writer.js'
import { PEER_FRAME_LIMIT } from '../limits.js'
import { asProtocolError, ProtocolError } from '../protocol-error.js'
import { LinkOrder } from './link-order.js'
import { wholeBound, type WholeSession } from './wholes.js'
import { peerMessages, usesMemory, type PeerFrame } from './peer-frame.js'

/** Room for what stands around the entries of a frame. */
const FRAME_OVERHEAD = 64

/** Encodes the frames of one direction of one link; a new link needs a new encoder. */
export class PeerEncoder {
  readonly #writer = new LinkWriter(PEER_FRAME_LIMIT)
  readonly #order = new LinkOrder()

  /**
   * The bytes of a frame, in memory that is the caller's from then on.
   * @throws ProtocolError `FRAME_TOO_LARGE`, for a `deltas` or `offer` when its `sizeBound`s exceed the limit: nothing
   *   has happened, split the frame and go on; any other code is a mistake of the caller, and ends the encoder if it is
   *   in a greeting, `deltas` or `offer`
   */
  encode(frame: PeerFrame): Uint8Array {
    this.#order.check()
    if (frame.type === 'deltas') checkSize(frame.entries, frame.wholes)
    else if (frame.type === 'offer') checkSize(frame.entries)
    try {
      this.#writer.start()
      peerMessages.write(this.#writer, frame)
      this.#order.follow(frame)
      return this.#writer.finish()
    } catch (error) {
      throw usesMemory(frame) ? this.#order.fail(error) : asProtocolError(error)
    }
  }
}

function checkSize(entries: readonly SessionDeltaEntry[], wholes: readonly WholeSession[] = []): void {
  let bound = FRAME_OVERHEAD
  for (const whole of wholes) bound += wholeBound(whole)
  for (const entry of entries) bound += sizeBound(entry)
  if (bound <= PEER_FRAME_LIMIT) return
  throw new ProtocolError(
    'FRAME_TOO_LARGE',
    `${entries.length + wholes.length} entries may take ${bound} bytes, a frame holds ${PEER_FRAME_LIMIT}. Split them.`,
  )
}
