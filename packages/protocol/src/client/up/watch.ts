/** `watch`: tell of every session of which you are primary, or do so no longer. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { flag, uint } from '../../codec/scalars.js'

/** Reads and writes `watch`. */
export const watch = message(13, 'watch', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** Whether to begin or to end. */
  on: flag,
})

/** A request for events; `watching` answers it, and `events` follow. */
export type Watch = ValueOf<typeof watch>
