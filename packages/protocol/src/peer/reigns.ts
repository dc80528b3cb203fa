/** `reigns`: a primary says which slots it reigns, before it sends anything of them. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { epochs } from './epochs.js'

/** Reads and writes `reigns`. */
export const reigns = message(17, 'reigns', {
  /** Slots of the sender that the receiver backs up, with the epochs in which their deltas are made. */
  epochs,
})

/** "From now on I send you deltas of these slots, of these epochs." */
export type Reigns = ValueOf<typeof reigns>
