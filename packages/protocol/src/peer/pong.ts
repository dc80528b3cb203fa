/** `pong`: the answer to `ping`. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { uint } from '../codec/scalars.js'

/** Reads and writes `pong`. */
export const pong = message(12, 'pong', {
  /** The time of the `ping` that this answers, in ms since 1970. */
  time: uint,
})

/** A sign of life. */
export type Pong = ValueOf<typeof pong>
