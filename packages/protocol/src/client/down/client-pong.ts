/** `pong`: the answer to `ping`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'

/** Reads and writes `pong`. */
export const clientPong = message(73, 'pong', {})

/** A sign of life. */
export type ClientPong = ValueOf<typeof clientPong>
