/** `destroyed`: the answer to `destroy`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { uint } from '../../codec/scalars.js'

/** Reads and writes `destroyed`. */
export const destroyed = message(69, 'destroyed', {
  /** The request that this answers. */
  request: uint,
  /** Nodes that hold the death marker, the primary included. */
  copies: uint,
})

/** The session has ended. */
export type Destroyed = ValueOf<typeof destroyed>
