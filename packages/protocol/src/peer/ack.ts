/** `ack`: the only thing that advances a benchmark. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { uint } from '../codec/scalars.js'

/** Reads and writes `ack`. */
export const ack = message(4, 'ack', {
  /** The sender holds all `deltas` up to this number. */
  number: uint,
})

/** A back-up's word that it holds all `deltas` up to a number. */
export type Ack = ValueOf<typeof ack>
