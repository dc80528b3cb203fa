/** `bye`: the last frame of a link that the node ends on purpose. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { messageText, text } from '../../codec/scalars.js'
import { CODE_LIMIT } from '../../limits.js'

/** Reads and writes `bye`. */
export const clientBye = message(74, 'bye', {
  /** Why, for programs. */
  code: text(CODE_LIMIT),
  /** Why, for people. */
  message: messageText,
})

/** Why a link ends. */
export type ClientBye = ValueOf<typeof clientBye>
