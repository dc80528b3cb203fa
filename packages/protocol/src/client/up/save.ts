/** `save`: one atomic change of one session. */

import type { ValueOf } from '../../codec/codec.js'
import { list } from '../../codec/list.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { flag, key, uint } from '../../codec/scalars.js'
import { RESENT_LIMIT } from '../../limits.js'
import { operation } from '../operation.js'

/** Reads and writes `save`. */
export const save = message(4, 'save', {
  /** Chosen by the client; the answer carries it. */
  request: uint,
  /** Which session. */
  key,
  /** With the client id of `hello` it names this save: sent again, it has no second effect. */
  counter: uint,
  /** What changes, in this order; all of it or nothing. */
  operations: list(operation),
  /** Nodes that shall hold it before the answer comes; absent: as the node is configured. */
  copies: optional(uint),
  /** Fewer copies shall be a failure. */
  required: optional(flag),
  /** How far below `counter` the oldest save of this client and session is that has no answer yet; absent: none is older. */
  oldest: optional(uint),
  /** How far below `counter` the latest saves are that were sent more than once; 0: this one; absent: none was. */
  resent: optional(list(uint, RESENT_LIMIT)),
})

/** A request to change a session; `saved` answers it. */
export type Save = ValueOf<typeof save>
