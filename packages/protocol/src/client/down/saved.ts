/** `saved`: the answer to `save`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { flag, uint } from '../../codec/scalars.js'

/** Reads and writes `saved`. */
export const saved = message(68, 'saved', {
  /** The request that this answers. */
  request: uint,
  /** Nodes that hold the save, the primary included. */
  copies: uint,
  /** The save had been done before. */
  duplicate: flag,
})

/** The save is done, and held by so many nodes. */
export type Saved = ValueOf<typeof saved>
