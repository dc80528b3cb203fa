/** `destroy`: end a session for good. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { key, uint } from '../../codec/scalars.js'

/** Reads and writes `destroy`. */
export const destroy = message(5, 'destroy', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** Which session. */
  key,
  /** Nodes that shall hold it before the answer comes; absent: as the node is configured. */
  copies: optional(uint),
})

/** A request to end a session; `destroyed` answers it. */
export type Destroy = ValueOf<typeof destroy>
