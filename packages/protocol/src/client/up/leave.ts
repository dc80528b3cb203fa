/** `leave`: the client follows a session no longer. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { key } from '../../codec/scalars.js'

/** Reads and writes `leave`. */
export const leave = message(3, 'leave', {
  /** Which session. */
  key,
})

/** Ends what `open` began; there is no answer. */
export type Leave = ValueOf<typeof leave>
