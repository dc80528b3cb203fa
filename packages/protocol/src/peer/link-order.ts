/**
 * The order of frames in one direction of a peer link.
 *
 *   silent ──hello | welcome──► open ──any other──► open ──bye──► ended
 *   silent ──bye──► ended
 *
 * All else is refused; a failure ends the direction for good, because the tables of the two sides may differ from then.
 */

import { asProtocolError, ProtocolError } from '../protocol-error.js'
import { isGreeting, type PeerFrame } from './peer-frame.js'

/** Follows the frames of one direction. */
export class LinkOrder {
  #state: 'silent' | 'open' | 'ended' = 'silent'
  #failure: ProtocolError | undefined

  /** Throws the first failure again, if there was one. */
  check(): void {
    if (this.#failure === undefined) return
    const message = 'The link has failed before. Drop it and open a new one.'
    throw new ProtocolError(this.#failure.code, message, { cause: this.#failure })
  }

  /** Takes note of a frame; ProtocolError `FRAME_OUT_OF_ORDER` when it may not come now. */
  follow(frame: PeerFrame): void {
    const allowed = this.#state === 'silent' ? isGreeting(frame) || frame.type === 'bye' : !isGreeting(frame)
    if (!allowed || this.#state === 'ended') {
      throw new ProtocolError('FRAME_OUT_OF_ORDER', `A ${frame.type} may not come while the link is ${this.#state}.`)
    }
    this.#state = frame.type === 'bye' ? 'ended' : 'open'
  }

  /** Ends the direction because of an error; gives it back as a ProtocolError. */
  fail(cause: unknown): ProtocolError {
    this.#failure = asProtocolError(cause)
    return this.#failure
  }
}
