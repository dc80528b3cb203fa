/**
 * Codes of `bye` and `failed` on the inspect link. Codes of the node and of sessions (`ATTRIBUTE_FROZEN`,
 * `SESSION_DESTROYED`, `NO_PRIMARY` …) come in `failed` too, as everywhere else.
 */

/** What each code of this link means. `ends`: it comes in `bye`, and the link with it. */
export const INSPECT_CODES = {
  TOKEN_MISSING: { ends: true, means: 'the node needs a token' },
  TOKEN_UNKNOWN: { ends: true, means: 'the token is not known there' },
  TOKEN_EXPIRED: { ends: true, means: 'the token has expired, before or while it was used' },
  ROLE_TOO_LOW: { ends: false, means: 'the token’s role does not suffice' },
  VERSION_MISMATCH: { ends: true, means: 'both ends have no version in common' },
  FRAME_MALFORMED: { ends: true, means: 'what was sent is no frame' },
  FRAME_TOO_LARGE: { ends: true, means: 'what was sent, or was to be sent, is too long' },
  FRAME_UNKNOWN: { ends: true, means: 'this version has no such frame' },
  GREETING_LATE: { ends: true, means: 'no hello came in time' },
  NOT_GREETED: { ends: true, means: 'something came before hello' },
  GREETING_TWICE: { ends: true, means: 'hello is said once' },
  TOO_MANY_INSPECTORS: { ends: true, means: 'as many look already as the node allows' },
  TOO_SLOW: { ends: true, means: 'the inspector did not read what it asked for; come back' },
  SHUTDOWN: { ends: true, means: 'the node shuts down' },
  TOO_MANY_REQUESTS: { ends: false, means: 'too many requests are under way; wait for answers' },
  NODE_UNKNOWN: { ends: false, means: 'there is no node of this name' },
  NODE_SILENT: { ends: false, means: 'the node that was asked does not answer' },
  NO_SNAPSHOT: { ends: false, means: 'there is no snapshot: ask for one with query' },
  QUERY_REPLACED: { ends: false, means: 'another query of this inspector took its place' },
  SESSION_UNKNOWN: { ends: false, means: 'no session is stored under this key' },
  ATTRIBUTE_MISSING: { ends: false, means: 'the session has no such attribute, or the history no such entry' },
  VALUE_DENIED: { ends: false, means: 'the name is on the deny-list: its value is never shown' },
  VALUE_INVALID: { ends: false, means: 'the value cannot be stored as it was given' },
  NOT_OFFERED: { ends: false, means: 'this is not the demo, or the node cannot do this' },
} as const satisfies Readonly<Record<string, { readonly ends: boolean; readonly means: string }>>

/** A code of this link. */
export type InspectCode = keyof typeof INSPECT_CODES
