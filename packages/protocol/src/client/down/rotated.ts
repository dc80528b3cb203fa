/** `rotated`: the answer to `rotate` and to `succeed`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { flag, uint } from '../../codec/scalars.js'

/** Reads and writes `rotated`. */
export const rotated = message(78, 'rotated', {
  /** The request that this answers. */
  request: uint,
  /** Nodes that hold it, the primary included. */
  copies: uint,
  /** Whether there is a successor; only a `succeed` without a seed is answered with no. */
  there: flag,
})

/** The session goes on under its new key. */
export type Rotated = ValueOf<typeof rotated>
