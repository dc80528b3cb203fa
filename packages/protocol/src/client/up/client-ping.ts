/** `ping`: are you there? */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'

/** Reads and writes `ping`. */
export const clientPing = message(7, 'ping', {})

/** A question for a sign of life; `pong` answers it. */
export type ClientPing = ValueOf<typeof clientPing>
