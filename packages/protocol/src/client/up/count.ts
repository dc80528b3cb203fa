/** `count`: how many sessions are there, in some slots. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { uint, user } from '../../codec/scalars.js'
import { slotSet } from '../slot-set.js'

/** Reads and writes `count`. */
export const countSessions = message(9, 'count', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** The slots that are asked about. */
  slots: slotSet,
  /** Whose sessions; absent: everybody's. */
  user: optional(user),
})

/** A request for a number; `counted` answers it. */
export type CountSessions = ValueOf<typeof countSessions>
