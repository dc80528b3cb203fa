/** `failure`: a request was not fulfilled. */

import type { ValueOf } from '../../codec/codec.js'
import { message } from '../../codec/message.js'
import { optional } from '../../codec/record.js'
import { flag, messageText, text, uint } from '../../codec/scalars.js'
import { CODE_LIMIT, NAME_LIMIT } from '../../limits.js'

/** Reads and writes `failure`. */
export const failure = message(72, 'failure', {
  /** The request that this answers. */
  request: uint,
  /** What went wrong, for programs. */
  code: text(CODE_LIMIT),
  /** What went wrong and what to do, for people. */
  message: messageText,
  /** The attribute in question. */
  attribute: optional(text(NAME_LIMIT)),
  /** Nodes that hold the write all the same. */
  copies: optional(uint),
  /** The same request may well succeed later. */
  retryable: flag,
})

/** Why a request was not fulfilled. */
export type Failure = ValueOf<typeof failure>
