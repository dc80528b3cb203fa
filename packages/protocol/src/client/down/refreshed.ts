/** `refreshed`: the answer to `refresh`. Of a session that it does not name the client has everything. */

import type { ValueOf } from '../../codec/codec.js'
import { list } from '../../codec/list.js'
import { message } from '../../codec/message.js'
import { key, uint } from '../../codec/scalars.js'
import { REFRESH_LIMIT } from '../../limits.js'
import { clientState } from '../client-state.js'

/** Reads and writes `refreshed`. */
export const refreshed = message(81, 'refreshed', {
  /** The question that this answers. */
  request: uint,
  /** What the client lacks of sessions that have changed. */
  states: list(clientState, REFRESH_LIMIT),
  /** Sessions of which this says nothing: they have ended, are not served here or not followed, or it would be too much. */
  unanswered: list(key, REFRESH_LIMIT),
})

/** What the client lacks of the sessions that it asked about. */
export type Refreshed = ValueOf<typeof refreshed>
