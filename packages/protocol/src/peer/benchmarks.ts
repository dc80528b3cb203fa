/** `benchmarks`: what the sender holds of some sessions; the answer to `ask` and to `compare`. */

import { message } from '../codec/message.js'
import type { ValueOf } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { optional, record } from '../codec/record.js'
import { bytes, flag, key, uint } from '../codec/scalars.js'

const benchmarkEntry = record({
  /** Which session. */
  key,
  /** The encoded benchmark; absent when the sender does not hold the session. */
  benchmark: optional(bytes),
  /** The sender has a death marker for the session. */
  dead: flag,
})

/** What the sender holds of one session. */
export type BenchmarkEntry = ValueOf<typeof benchmarkEntry>

/** Reads and writes `benchmarks`. */
export const benchmarks = message(7, 'benchmarks', {
  /** One for each session that was asked for, or that differs. */
  entries: list(benchmarkEntry),
  /** The request of the `compare` that this answers. */
  answers: optional(uint),
})

/** What the sender holds of some sessions. */
export type Benchmarks = ValueOf<typeof benchmarks>
