/** `succeed`: from the primary of a session that is rotated to the primary of its new key: make the successor. */

import type { ValueOf } from '../../codec/codec.js'
import { list } from '../../codec/list.js'
import { message } from '../../codec/message.js'
import { optional, record } from '../../codec/record.js'
import { key, uint } from '../../codec/scalars.js'
import { operation } from '../operation.js'

const seed = record({
  /** When the session was created, in ms since 1970. */
  createdAt: uint,
  /** Orders terms. */
  stamp: uint,
  /** Time without access after which the session expires, in ms; absent: never. */
  idleTimeout: optional(uint),
  /** When the session expires whatever happens, in ms since 1970; absent: never. */
  absoluteDeadline: optional(uint),
  /** What gives an empty session all values. */
  operations: list(operation),
})

/** Reads and writes `succeed`; it goes to the primary of `key`. */
export const succeed = message(12, 'succeed', {
  /** Chosen by the sender; the answer carries it. */
  request: uint,
  /** The key of the successor. */
  key,
  /** The key of the session that it succeeds. */
  from: key,
  /** What it begins with; absent: it shall only be said whether the successor is there. */
  seed: optional(seed),
  /** Nodes that shall hold it before the answer comes; absent: as the node is configured. */
  copies: optional(uint),
})

/** A request to make a session of another; `rotated` answers it. Sent again, it makes no second one. */
export type Succeed = ValueOf<typeof succeed>
