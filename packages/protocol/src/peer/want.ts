/** `want`: a node asks for sessions, because it lacks them or because it is about to reign over their slot. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { optional, record } from '../codec/record.js'
import { bytes, key, uint } from '../codec/scalars.js'

const wantedEntry = record({
  /** Which session. */
  key,
  /** What the sender holds of it already, encoded; absent when nothing. */
  benchmark: optional(bytes),
})

/** One session that is wanted. */
export type WantedEntry = ValueOf<typeof wantedEntry>

/** Reads and writes `want`. */
export const want = message(9, 'want', {
  /** Chosen by the sender; every `offer` that answers carries it. */
  request: uint,
  /** The sessions wanted. */
  entries: list(wantedEntry),
})

/** A request for sessions; one or more `offer` answer it. */
export type Want = ValueOf<typeof want>
