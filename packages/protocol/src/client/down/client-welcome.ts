/** `welcome`: the node's greeting, its first frame. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { text, uint } from '../../codec/scalars.js'
import { NAME_LIMIT } from '../../limits.js'
import { placement } from '../placement.js'

/** Reads and writes `welcome`. */
export const clientWelcome = message(65, 'welcome', {
  /** The version that both sides speak from now on. */
  version: uint,
  /** The name of the node. */
  node: text(NAME_LIMIT),
  /** The clock of the node, in ms since 1970. */
  time: uint,
  /** Which node is primary of which slot. */
  placement,
})

/** Which node this is, and where the others are. */
export type ClientWelcome = ValueOf<typeof clientWelcome>
