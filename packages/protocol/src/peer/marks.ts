/** `marks`: sent when a stream is idle, when a reign over what others held begins, and back where digests differ. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { slotMarks } from './slot-mark.js'

/** Reads and writes `marks`. */
export const marks = message(5, 'marks', {
  /** The slots of which there is news. */
  slots: slotMarks,
})

/** "You now hold these slots up to these sequences, and their digests say so." */
export type Marks = ValueOf<typeof marks>
