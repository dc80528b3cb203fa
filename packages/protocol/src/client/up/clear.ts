/** `clear`: end all sessions of some slots, or all of one user in them. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { uint, user } from '../../codec/scalars.js'
import { slotSet } from '../slot-set.js'

/** Reads and writes `clear`. */
export const clearSessions = message(10, 'clear', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** The slots that are meant. */
  slots: slotSet,
  /** Whose sessions; absent: everybody's. */
  user: optional(user),
  /** When it was decided, in ms since 1970; the same in all requests that belong together. */
  at: uint,
  /** Nodes that shall hold each death before the answer comes; absent: as the node is configured. */
  copies: optional(uint),
})

/** A request to end many sessions; `cleared` answers it, also for a part of them. */
export type ClearSessions = ValueOf<typeof clearSessions>
