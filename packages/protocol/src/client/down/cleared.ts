/** `cleared`: the answer to `clear`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { flag, uint } from '../../codec/scalars.js'
import { slotSet } from '../slot-set.js'

/** Reads and writes `cleared`. */
export const cleared = message(77, 'cleared', {
  /** The request that this answers. */
  request: uint,
  /** Slots of the request that this node does not serve; nothing happened there. */
  refused: slotSet,
  /** Sessions that were ended. */
  count: uint,
  /** Nodes that hold the deaths, the primary included: the fewest of all. */
  copies: uint,
  /** There are more to end: ask again. */
  more: flag,
})

/** The sessions have ended, or some of them. */
export type Cleared = ValueOf<typeof cleared>
