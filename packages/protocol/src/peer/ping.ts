/** `ping`: are you there? */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { uint } from '../codec/scalars.js'

/** Reads and writes `ping`. */
export const ping = message(11, 'ping', {
  /** The sender's clock, in ms since 1970. */
  time: uint,
  /** Frames that the sender sent on this link before this one: who received another number has lost some. */
  frames: uint,
})

/** A question for a sign of life; `pong` answers it. */
export type Ping = ValueOf<typeof ping>
