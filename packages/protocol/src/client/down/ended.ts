/** `ended`: a session that the client follows is no more. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { key, word } from '../../codec/scalars.js'

/** Reads and writes `ended`. */
export const ended = message(71, 'ended', {
  /** Which session. */
  key,
  /** Whether someone ended it, or time did. */
  reason: word('destroyed', 'expired'),
})

/** The end of a session. */
export type Ended = ValueOf<typeof ended>
