/** `logouts`: users all of whose sessions were ended, as far as the sender knows. */

import type { ValueOf } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { message } from '../codec/message.js'
import { record } from '../codec/record.js'
import { uint, user } from '../codec/scalars.js'
import { LOGOUTS_LIMIT } from '../limits.js'

const logout = record({
  /** Who. */
  user,
  /** Their sessions of before this are no more, in ms since 1970. */
  at: uint,
})

/** One user's logout everywhere. */
export type LogoutEntry = ValueOf<typeof logout>

/** Reads and writes `logouts`; understood from version 3 on. */
export const logouts = message(16, 'logouts', {
  /** Of two for one user the later stands. */
  entries: list(logout, LOGOUTS_LIMIT),
})

/** "These were logged out everywhere; what turns up of theirs from before is dead." */
export type Logouts = ValueOf<typeof logouts>
