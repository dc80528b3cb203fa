/** Fields that many frames share. */
import { CODE_LIMIT, MESSAGE_LIMIT, NAME_LIMIT, SLOT_COUNT } from '../../limits.js'
import type { SessionKey } from '../../session-key.js'
import type { Check } from '../check.js'
import { integer, pattern, text } from '../check.js'

const hex = pattern(/^[0-9a-f]{32}$/, 'a session key: 32 lower-case hex digits')

/** A session's key. */
export const key: Check<SessionKey> = (value, path) => hex(value, path) as SessionKey

/** The beginning of a session's key. */
export const keyPrefix = pattern(/^[0-9a-f]{0,32}$/, 'up to 32 lower-case hex digits')

/** Name of a node. */
export const nodeName = text(NAME_LIMIT)

/** Name of an attribute. Whatever a session holds: to be shown as text, with bidirectional marks made visible. */
export const attributeName = text(NAME_LIMIT)

/** What an attribute names as the user of a session. */
export const userName = text(1_024)

/** Number of a request, chosen by who asks; its answer carries the same one. */
export const request = integer(0, 2 ** 32)

/** Number of a slot. */
export const slot = integer(0, SLOT_COUNT - 1)

/** Milliseconds since 1970, by the clock of the node that says so. */
export const time = integer(0)

/** A code for programs. */
export const code = text(CODE_LIMIT)

/** A message for people. */
export const message = text(MESSAGE_LIMIT)
