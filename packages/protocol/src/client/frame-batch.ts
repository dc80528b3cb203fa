/**
 * Gathers frames of the client link into one message, so that what is sent together costs one message and not many.
 *
 * Invariants: a message holds whole frames only, in the order in which they were added; it stays far below what the
 * receiver takes, unless a single frame is as large, which then is a message by itself.
 */

import type { Frame, Messages } from '../codec/message.js'
import { CLIENT_FRAME_LIMIT } from '../limits.js'
import { LinkWriter } from '../link/link-writer.js'
import { asProtocolError } from '../protocol-error.js'
import { BATCH } from './client-codec.js'
import { downMessages, type ClientDownFrame } from './down/down-frame.js'
import { upMessages, type ClientUpFrame } from './up/up-frame.js'

/** From this length on a message is full, in bytes. */
const FULL = 32 * 1024

/** Frames that wait to be sent in one message. */
export class FrameBatch<F extends Frame> {
  readonly #messages: Messages<F>
  readonly #writer = new LinkWriter(CLIENT_FRAME_LIMIT)

  private constructor(messages: Messages<F>) {
    this.#messages = messages
  }

  /** For frames from client to node. */
  static up(): FrameBatch<ClientUpFrame> {
    return new FrameBatch(upMessages)
  }

  /** For frames from node to client. */
  static down(): FrameBatch<ClientDownFrame> {
    return new FrameBatch(downMessages)
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#writer.length === 0
  }

  /** Whether what waits should be taken before more is added. */
  get isFull(): boolean {
    return this.#writer.length >= FULL
  }

  /**
   * Adds a frame.
   * @throws ProtocolError `FRAME_TOO_LARGE`, `FRAME_MALFORMED`; what waited before is as it was, and has to be taken
   *   before anything else is added
   */
  add(frame: F): void {
    if (this.isEmpty) {
      this.#writer.start()
      this.#writer.forget()
      this.#writer.uint8(BATCH)
    }
    const before = this.#writer.length
    try {
      this.#messages.write(this.#writer, frame)
      this.#writer.check()
    } catch (error) {
      this.#writer.truncate(before === 1 ? 0 : before)
      throw asProtocolError(error)
    }
  }

  /** The message, in memory that is the caller's; nothing waits any more. */
  take(): Uint8Array {
    return this.#writer.finish()
  }
}
