/** How long a session that is about to be created shall live. */

import type { ValueOf } from '../codec/codec.js'
import { optional, record } from '../codec/record.js'
import { uint } from '../codec/scalars.js'

/** Reads and writes the terms of a creation. */
export const createTerms = record({
  /** Time without access after which the session expires, in ms; absent: never. */
  idleTimeout: optional(uint),
  /** Time after its creation at which the session expires whatever happens, in ms; absent: never. */
  absoluteTimeout: optional(uint),
})

/** How long a session that is about to be created shall live. */
export type CreateTerms = ValueOf<typeof createTerms>
