/** `watching`: the answer to `watch`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { uint } from '../../codec/scalars.js'

/** Reads and writes `watching`. */
export const watching = message(79, 'watching', {
  /** The request that this answers. */
  request: uint,
})

/** From here on events come, or come no more. */
export type Watching = ValueOf<typeof watching>
