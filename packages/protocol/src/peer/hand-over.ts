/** `handOver`: a primary gave up slots in favour of the receiver, which holds all that they hold. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { slotMarks } from './slot-mark.js'

/** Reads and writes `handOver`. */
export const handOver = message(15, 'handOver', {
  /** Where the slots stood when the reign over them ended. */
  slots: slotMarks,
})

/** "These are yours; if your digests are equal to mine, serve them at once." */
export type HandOver = ValueOf<typeof handOver>
