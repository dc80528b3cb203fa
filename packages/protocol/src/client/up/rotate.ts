/** `rotate`: a session goes on under another key; the one it had is dead. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { key, uint } from '../../codec/scalars.js'

/** Reads and writes `rotate`; it goes to the primary of `key`. */
export const rotate = message(11, 'rotate', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** The session as it is known so far. */
  key,
  /** The key of its new id, which no session has had. */
  to: key,
  /** Nodes that shall hold both steps before the answer comes; absent: as the node is configured. */
  copies: optional(uint),
})

/** A request to rotate; `rotated` answers it. Sent again, it has no second effect. */
export type Rotate = ValueOf<typeof rotate>
