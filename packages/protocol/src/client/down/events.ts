/** `events`: what has happened to the sessions of a primary since the last such frame. */

import type { ValueOf } from '../../codec/codec.js'
import { list } from '../../codec/list.js'
import { message } from '../../codec/message.js'
import { uint } from '../../codec/scalars.js'
import { EVENTS_LIMIT } from '../../limits.js'
import { sessionEvent } from '../session-event.js'

/** Reads and writes `events`. */
export const events = message(80, 'events', {
  /** Events that were lost before these, because the client was slow. */
  missed: uint,
  /** In the order in which they happened; several changes of one session may be one event. */
  events: list(sessionEvent, EVENTS_LIMIT),
})

/** What has happened. */
export type Events = ValueOf<typeof events>
