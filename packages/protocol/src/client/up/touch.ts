/** `touch`: the session is in use. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { key } from '../../codec/scalars.js'

/** Reads and writes `touch`. */
export const touch = message(6, 'touch', {
  /** Which session. */
  key,
})

/** Puts off the expiry of a session; there is no answer. */
export type Touch = ValueOf<typeof touch>
