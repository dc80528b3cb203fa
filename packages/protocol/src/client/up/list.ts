/** `list`: which sessions are there, in some slots. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { flag, key, uint, uintUpTo, user } from '../../codec/scalars.js'
import { PAGE_LIMIT } from '../../limits.js'
import { slotSet } from '../slot-set.js'

/** Reads and writes `list`. */
export const listSessions = message(8, 'list', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** The slots that are asked about. */
  slots: slotSet,
  /** Whose sessions; absent: everybody's. */
  user: optional(user),
  /** Only keys above this one; absent: from the first. */
  after: optional(key),
  /** Sessions that the answer may name. */
  limit: uintUpTo(PAGE_LIMIT),
  /** Whether their contents are wanted, too. */
  contents: flag,
})

/** A request for a page of sessions; `listed` answers it. */
export type ListSessions = ValueOf<typeof listSessions>
