/** `listed`: the answer to `list`. */

import type { ValueOf } from '../../codec/codec.js'
import { list } from '../../codec/list.js'
import { message } from '../../codec/message.js'
import { flag, key, uint } from '../../codec/scalars.js'
import { PAGE_LIMIT } from '../../limits.js'
import { clientState } from '../client-state.js'
import { slotSet } from '../slot-set.js'

/** Reads and writes `listed`. */
export const listed = message(75, 'listed', {
  /** The request that this answers. */
  request: uint,
  /** Slots of the request that this node does not serve. */
  refused: slotSet,
  /** Living sessions in ascending order of their keys. */
  keys: list(key, PAGE_LIMIT),
  /** The contents of each of them, if they were asked for. */
  states: list(clientState, PAGE_LIMIT),
  /** There are more above the last of them. */
  more: flag,
})

/** A page of sessions. */
export type Listed = ValueOf<typeof listed>
