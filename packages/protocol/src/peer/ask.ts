/** `ask`: what do you hold of these sessions? The primary asks so in benchmark mode when it retains no benchmarks. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { key } from '../codec/scalars.js'

/** Reads and writes `ask`. */
export const ask = message(6, 'ask', {
  /** The sessions in question. */
  keys: list(key),
})

/** A question for benchmarks; `benchmarks` answers it. */
export type Ask = ValueOf<typeof ask>
