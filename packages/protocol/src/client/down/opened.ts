/** `opened`: the answer to `open`. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { uint } from '../../codec/scalars.js'
import { clientState } from '../client-state.js'

/** Reads and writes `opened`. */
export const opened = message(67, 'opened', {
  /** The request that this answers. */
  request: uint,
  /** What the client lacks of the session; absent: there is none, and none was created. */
  state: optional(clientState),
})

/** The session, as far as the client lacks it. */
export type Opened = ValueOf<typeof opened>
