/** `refresh`: what the client lacks of sessions that it follows, all that are asked about at once in one frame. */

import type { ValueOf } from '../../codec/codec.js'
import { list } from '../../codec/list.js'
import { message } from '../../codec/message.js'
import { key, uint } from '../../codec/scalars.js'
import { REFRESH_LIMIT } from '../../limits.js'

/** Reads and writes `refresh`. */
export const refresh = message(14, 'refresh', {
  /** Chosen by the client among its refreshes; the answer carries it. */
  request: uint,
  /** Sessions that the client follows on this link. */
  keys: list(key, REFRESH_LIMIT),
})

/** A question about followed sessions; `refreshed` answers it, nothing else does. */
export type Refresh = ValueOf<typeof refresh>
