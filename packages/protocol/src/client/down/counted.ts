/** `counted`: the answer to `count`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { uint } from '../../codec/scalars.js'
import { slotSet } from '../slot-set.js'

/** Reads and writes `counted`. */
export const counted = message(76, 'counted', {
  /** The request that this answers. */
  request: uint,
  /** Slots of the request that this node does not serve, and did not count. */
  refused: slotSet,
  /** Living sessions in the others. */
  count: uint,
})

/** How many sessions there are. */
export type Counted = ValueOf<typeof counted>
