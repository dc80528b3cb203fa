/**
 * The receiving end of a peer link: bytes to frames.
 *
 * Invariant: a frame is either entirely good, or the decoder is of no use any more: what it remembers might differ from
 * what the sender remembers, and a guess could attribute a delta to the wrong session.
 */

import { LinkReader } from '../link/link-reader.js'
import { PEER_FRAME_LIMIT } from '../limits.js'
import { LinkOrder } from './link-order.js'
import { peerMessages, type PeerFrame } from './peer-frame.js'

/** Decodes the frames of one direction of one link; a new link needs a new decoder. */
export class PeerDecoder {
  readonly #reader = new LinkReader(PEER_FRAME_LIMIT)
  readonly #order = new LinkOrder()

  /**
   * The frame that these bytes are; it holds copies only, `bytes` may be used for other things afterwards. But whole
   * sessions are windows on `bytes`, to be dealt with before.
   * @throws ProtocolError of any code; all further calls then throw too
   */
  decode(bytes: Uint8Array): PeerFrame {
    this.#order.check()
    try {
      this.#reader.reset(bytes)
      const frame = peerMessages.read(this.#reader)
      this.#order.follow(frame)
      return frame
    } catch (error) {
      throw this.#order.fail(error)
    }
  }
}
