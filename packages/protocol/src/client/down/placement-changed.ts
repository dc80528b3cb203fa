/** `placement`: another node has become primary of some slots. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { placement } from '../placement.js'

/** Reads and writes `placement`. */
export const placementChanged = message(66, 'placement', {
  /** Which node is primary of which slot. */
  placement,
})

/** The placement from now on. */
export type PlacementChanged = ValueOf<typeof placementChanged>
