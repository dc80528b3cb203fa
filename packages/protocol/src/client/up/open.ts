/** `open`: find or create a session, and follow it from then on. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { bytes, key, uint } from '../../codec/scalars.js'
import { createTerms } from '../create-terms.js'

/** Reads and writes `open`. */
export const open = message(2, 'open', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** Which session. */
  key,
  /** Terms on which the session is created if there is none; absent: find only. */
  create: optional(createTerms),
  /** What the client holds of the session already, encoded; absent: nothing. */
  benchmark: optional(bytes),
})

/** A request to follow a session; `opened` answers it. */
export type Open = ValueOf<typeof open>
