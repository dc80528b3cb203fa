/** `bye`: the last frame of a link that is ended on purpose; may come even before a greeting. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { messageText, text } from '../codec/scalars.js'
import { CODE_LIMIT } from '../limits.js'

/** Reads and writes `bye`. */
export const bye = message(13, 'bye', {
  /** Why, for programs. */
  code: text(CODE_LIMIT),
  /** Why, for people. */
  message: messageText,
})

/** Why a link ends. */
export type Bye = ValueOf<typeof bye>
